// What nx itself says of a repository's projects: the graph that `nx graph --file` writes. In it are the targets that its plugins
// infer, and all defaults are filled in.

import { inFolder } from './repository.ts';
import { type Fields, fieldsOf, isObject, objectsOf, textOf } from './values.ts';
import type { Package, Workspace } from './workspace.ts';

/** What came of asking. Nobody has asked where there is none. */
export type NxAnswer =
  | {
      /** The JSON that nx wrote. */
      graph: unknown;
      /** Of the nx that was asked. */
      version: string;
    }
  | {
      /** Why there is no answer, a clause. */
      problem: string;
    };

export interface NxProject {
  name: string;
  own: Package;
  targets: Map<string, Fields>;
  namedInputs: Fields;
  implicit: string[];
}

/** Whether plugins may infer targets that no file names. */
export const pluginsIn = (nx: Fields): string[] =>
  (Array.isArray(nx.plugins) ? nx.plugins : []).flatMap(
    (each) => textOf(each) ?? textOf(fieldsOf(each).plugin) ?? [],
  );

export function projectsOf(graph: unknown, { packages }: Workspace): NxProject[] {
  return objectsOf(fieldsOf(fieldsOf(graph).graph).nodes)
    .flatMap(([name, node]): NxProject[] => {
      const data = fieldsOf(node.data);
      const folder = inFolder('', textOf(data.root) ?? '');
      if (folder === undefined) return [];
      const own = packages.find((each) => each.folder === folder) ?? packageless(name, folder);
      const targets = new Map(objectsOf(data.targets));
      return [{ name, own, targets, namedInputs: fieldsOf(data.namedInputs), implicit: [] }];
    })
    .sort((a, b) => (a.own.folder < b.own.folder ? -1 : 1));
}

/** A project that has no package.json. */
export const packageless = (name: string, folder: string): Package => ({
  ...{ name, folder, manifest: {}, scripts: new Map(), dependencies: new Set() },
});

/** Names of the projects that one stands on itself. */
export function dependenciesIn(graph: unknown, name: string): string[] {
  const found = fieldsOf(fieldsOf(fieldsOf(graph).graph).dependencies)[name];
  return (Array.isArray(found) ? found : []).flatMap((each) => textOf(fieldsOf(each).target) ?? []);
}

/** Whether it is such a graph at all. */
export const isGraph = (value: unknown): boolean =>
  isObject(value) && isObject(fieldsOf(value.graph).nodes) && isObject(fieldsOf(value.graph).dependencies);
