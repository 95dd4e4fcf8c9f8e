// The reads and writes of entries as globs: all of a folder without what is made in it, and what comes from other packages.

import { anyMatcher, staticPrefix } from '../../plan/patterns/index.ts';
import { literalsOf } from '../read/literals.ts';
import { below, isWithin, nameOf, type Repository } from '../read/repository.ts';
import { unique, wordList } from '../read/values.ts';
import { entryFiles, type Package, type Workspace } from '../read/workspace.ts';
import type { AllIn, Read } from '../tools/tool.ts';
import type { Entry } from './script-entries.ts';

export interface Files {
  reads: string[] | undefined;
  writes: string[] | undefined;
}

/** Folders that hold what tools leave, whatever they are used for. */
const LEFT = wordList(`
  dist build out lib coverage .nyc_output .next .nuxt .output .svelte-kit .astro .turbo
  .nx .wireit .cache .vite .parcel-cache .rollup.cache .docusaurus storybook-static
  test-results playwright-report tmp temp .idea .vscode .vercel .netlify .wrangler
`);
const LEFT_FILES = new Set(['*.tsbuildinfo']);
/** Of those, that are taken out though they are not there yet. */
const USUAL = new Set(['dist', 'build', 'coverage']);

export class FilesOfEntries {
  readonly #repository: Repository;
  readonly #workspace: Workspace;
  readonly #entries: readonly Entry[];
  readonly #byPackage = new Map<Package, Entry[]>();
  readonly #others = new Map<Package, Read[]>();

  constructor(repository: Repository, workspace: Workspace, entries: Iterable<Entry>) {
    this.#repository = repository;
    this.#workspace = workspace;
    this.#entries = [...entries].filter(({ state }) => state === 'task' || state === 'off');
    for (const entry of this.#entries) {
      const beside = this.#byPackage.get(entry.ref.package) ?? [];
      this.#byPackage.set(entry.ref.package, [...beside, entry]);
    }
  }

  of(entry: Entry): Files {
    const { reads, followsImports, writes, fixes, manifests } = entry;
    if (fixes !== undefined)
      return { reads: this.#globs([...fixes.reads, ...manifests]), writes: this.#globs(fixes.files) };
    if (reads === undefined) return { reads: undefined, writes };
    const all = [
      ...reads,
      ...(followsImports ? this.#ofOthers(entry) : []),
      ...this.#madeAndTested(entry),
      ...this.#generated(entry),
      ...manifests,
    ];
    return { reads: this.#globs(all), writes: writes && this.#withoutNarrower(entry, writes) };
  }

  /** What lies in the packages that one stands on: what they make, and what says how they are used. */
  #ofOthers(entry: Entry): Read[] {
    return this.#workspace.standsOn(entry.ref.package).flatMap((other) => {
      const known = this.#others.get(other) ?? this.#shown(other);
      this.#others.set(other, known);
      return known;
    });
  }

  /** What others see of a package: what it makes, or its sources where these are what it is used by. */
  #shown(one: Package): Read[] {
    const made = this.#besides(one).flatMap(({ role, state, writes = [] }) =>
      state === 'task' && role !== 'check' ? writes.filter((each) => !each.startsWith('!')) : [],
    );
    const isSource = made.length === 0 || entryFiles(one).some(isSourceFile);
    if (isSource) return [{ all: one.folder }, ...made];
    const named = this.#repository
      .names(one.folder)
      .filter((name) => /^(?:package|tsconfig.*)\.json$/.test(name));
    return [...unique(made), ...named.map((name) => below(one.folder, name))];
  }

  /** The entries of a package. */
  #besides(one: Package): readonly Entry[] {
    return this.#byPackage.get(one) ?? [];
  }

  /** What is generated out of sight is known by what it is made from. */
  #generated(entry: Entry): Read[] {
    if (!entry.followsImports) return [];
    const made = this.#besides(entry.ref.package).filter(
      ({ isNeededByAll, key }) => isNeededByAll && key !== entry.key,
    );
    return made.flatMap(({ reads = [] }) => reads);
  }

  /** What is built of the same package, where its tests name it. */
  #madeAndTested(entry: Entry): string[] {
    if (entry.role !== 'check' || !entry.followsImports || !entry.reads?.some(isAll)) return [];
    const own = entry.ref.package;
    const made = this.#besides(own).flatMap(({ role, writes = [] }) => (role === 'build' ? writes : []));
    if (made.length === 0) return [];
    const isInBrowser = entry.programs.some((each) => BROWSERS.has(each));
    const isNamed = this.#isNamedIn(own, isInBrowser);
    return unique(made).filter((each) => !each.startsWith('!') && isNamed(nameOf(staticPrefix(each))));
  }

  /** Whether tests, or what sets them up, speak of a folder, or import the package as others do. */
  #isNamedIn(own: Package, isInBrowser: boolean): (folder: string) => boolean {
    const files = [...this.#repository.files(own.folder)].filter((path) =>
      TEST.test(path.slice(own.folder.length)),
    );
    const texts = files
      .filter((path) => isInBrowser || !IN_BROWSER.test(path))
      .slice(0, MOST_TESTS)
      .map((path) => this.#repository.text(path) ?? '');
    const imports = new RegExp(`["']${escaped(own.name)}(?:/[^"']*)?["']`);
    const isPublic = texts.some((text) => imports.test(text) || servesWhatIsBuilt(text));
    return (folder) =>
      isPublic || texts.some((text) => new RegExp(`["'\`/]${escaped(folder)}["'\`/]`).test(text));
  }

  #globs(reads: readonly Read[]): string[] {
    const plain = reads.filter((each) => typeof each === 'string');
    const wide = reads
      .filter(isAll)
      .filter(
        (each, at, list) =>
          list.findIndex(
            (other) =>
              isWithin(each.all, other.all) &&
              (other.extensions === undefined || other.extensions === each.extensions),
          ) === at,
      );
    const globs = wide.map(globOf);
    const covers = anyMatcher(globs.map((each) => [each]));
    const own = plain.filter((each) => !each.startsWith('!'));
    const leaves = wide.flatMap(({ all }) => this.#leftIn(all));
    const kept = own.filter((each) => !covers(below(staticPrefix(each), each.endsWith('/**') ? 'a' : '')));
    const without = leaves.filter((left) => !own.some((each) => isSame(left, each)));
    return unique([
      ...globs,
      ...kept,
      ...plain.filter((each) => each.startsWith('!')),
      ...without.map((each) => `!${each}`),
    ]);
  }

  /** What is in a folder and is nobody's source. */
  #leftIn(folder: string): string[] {
    const { packages } = this.#workspace;
    const hasMembers = packages.some((each) => each.folder !== folder && isWithin(each.folder, folder));
    const at = (name: string): string => below(folder, hasMembers ? `**/${name}/**` : `${name}/**`);
    const made = this.#entries
      .filter(
        ({ role, ref, isNeededByAll }) =>
          role !== 'generate' && !isNeededByAll && isWithin(ref.package.folder, folder),
      )
      .flatMap(({ writes = [] }) => writes.filter((each) => !each.startsWith('!')))
      .filter(
        (each) =>
          isWithin(staticPrefix(each), folder) && staticPrefix(each) !== folder && staticPrefix(each) !== '',
      )
      .map((each) => this.#ignoredFolder(each) ?? each)
      .map((each) => (hasMembers && /^[^*]+\/\*\*$/.test(each) ? at(nameOf(each.slice(0, -3))) : each));
    const left = LEFT.filter(
      (name) =>
        this.#repository.ignored.hasName(name) &&
        (USUAL.has(name) || this.#repository.has(below(folder, name))),
    );
    const installed = packages.length > 0 ? [at('node_modules')] : [];
    const endings = this.#repository.ignored.endings.filter((ending) => LEFT_FILES.has(ending));
    const byKind = endings.map((ending) => below(folder, `**/${ending}`));
    const isOfKind = anyMatcher(byKind.map((each) => [each]));
    return unique([...installed, ...made.filter((each) => !isOfKind(each)), ...left.map(at), ...byKind]);
  }

  /** What git ignores with all that is in it: `bin/**` of `bin/app`. */
  #ignoredFolder(pattern: string): string | undefined {
    const parts = staticPrefix(pattern).split('/');
    const at = parts.findIndex((part) => this.#repository.ignored.hasName(part));
    const folder = parts.slice(0, at + 1).join('/');
    return at < 0 || folder === pattern ? undefined : `${folder}/**`;
  }

  /** Of two tasks one of which makes all of a folder, and the other only files of a kind, each has its own. */
  #withoutNarrower(entry: Entry, writes: readonly string[]): string[] {
    const narrower = this.#besides(entry.ref.package)
      .filter(({ key, state }) => key !== entry.key && state === 'task')
      .flatMap((other) =>
        (other.writes ?? []).filter((each) => !each.startsWith('!') && !writes.includes(each)),
      )
      .filter((each) =>
        writes.some((wide) => wide.endsWith('/**') && isWithin(staticPrefix(each), staticPrefix(wide))),
      );
    return unique([...writes, ...narrower.map((each) => `!${each}`)]);
  }
}

/** All files, or those of some kinds. */
function globOf({ all, extensions }: AllIn): string {
  if (extensions === undefined) return below(all, '**');
  return below(all, `**/*.${extensions.includes(',') ? `{${extensions}}` : extensions}`);
}

/** `src/index.ts` as an entry of a package that nobody builds. */
const isSourceFile = (path: string): boolean =>
  /\.[cm]?tsx?$|^src\//.test(path) && !/\.d\.[cm]?ts$/.test(path);

const isAll = (read: Read): read is AllIn => typeof read !== 'string';

/** `packages/a/dist/**` is within `**\/dist/**`. */
const isSame = (left: string, each: string): boolean =>
  left === each || anyMatcher([[left]])(below(staticPrefix(each), 'a'));

const TEST =
  /(?:^|\/)(?:tests?|__tests__|e2e|specs?|cypress)\/|\.(?:test|spec|e2e|cy)\.[cm]?[jt]sx?$|(?:^|\/)(?:playwright|vitest|jest|cypress)\.config\.\w+$/;
const BROWSERS = new Set(['playwright', 'cypress']);
const IN_BROWSER = /(?:^|\/)(?:e2e|cypress)\/|(?:^|\/)(?:playwright|cypress)\.config\.\w+$/;
const MOST_TESTS = 2_000;

/** A browser's tests that start a server: of sources if that is one for development, else of what was built. */
function servesWhatIsBuilt(code: string): boolean {
  if (!/\bwebServer\b/.test(code)) return false;
  const commands = literalsOf(code, 'command').flatMap((each) => (each.kind === 'texts' ? each.texts : ['']));
  return !commands.every((command) => /\bdev\b/.test(command));
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
