// The part of cosmiconfig that find.ts stands on; its declarations leave this class out.
declare module 'cosmiconfig/dist/ExplorerSync.js' {
  interface ExplorerOptions {
    moduleName: string;
    searchPlaces: string[];
    searchStrategy: 'none';
    loaders: Record<string, (path: string, text: string) => unknown>;
    ignoreEmptySearchPlaces: boolean;
    cache: boolean;
    mergeSearchPlaces: boolean;
    mergeImportArrays: boolean;
    applyPackagePropertyPathToConfiguration: boolean;
    metaConfigFilePath: null;
    transform: <T>(result: T) => T;
  }
  export class ExplorerSync {
    constructor(options: ExplorerOptions);
    /** Throws what a loader throws. */
    search(from: string): { filepath: string; config: unknown; isEmpty?: boolean } | null;
  }
}
