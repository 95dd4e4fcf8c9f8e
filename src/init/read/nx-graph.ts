// The projects of an nx repository, their targets, and who depends on whom.

import { dependenciesIn, type NxProject, packageless, projectsOf } from './nx-answer.ts';
import { below, inFolder, type Repository } from './repository.ts';
import { type Fields, fieldsOf, objectsOf, textOf, textsOf, unique } from './values.ts';
import type { Workspace } from './workspace.ts';

export class NxGraph {
  readonly nx: Fields;
  readonly projects: NxProject[];
  readonly #repository: Repository;
  readonly #workspace: Workspace;
  /** What nx has said itself, if it was asked. */
  readonly #told: unknown;
  readonly #imported = new Map<NxProject, NxProject[]>();

  constructor(repository: Repository, workspace: Workspace, told?: unknown) {
    this.#repository = repository;
    this.#workspace = workspace;
    this.#told = told;
    this.nx = fieldsOf(repository.json('nx.json'));
    this.projects = told === undefined ? this.#written() : projectsOf(told, workspace);
  }

  /** Those that files name. */
  #written(): NxProject[] {
    const { packages } = this.#workspace;
    const folders = unique([
      ...packages.map(({ folder }) => folder),
      ...this.#repository.foldersWith('project.json'),
    ]).sort();
    return folders.flatMap((folder) => this.#projectAt(folder));
  }

  #projectAt(folder: string): NxProject[] {
    const file = fieldsOf(this.#repository.json(below(folder, 'project.json')));
    const known = this.#workspace.packages.find((each) => each.folder === folder);
    const own = known ?? packageless(textOf(file.name) ?? folder, folder);
    const inPackage = fieldsOf(own.manifest.nx);
    const included = Array.isArray(inPackage.includedScripts)
      ? textsOf(inPackage.includedScripts)
      : [...own.scripts.keys()];
    // The scripts of the root are no targets unless somebody says so.
    const scripts =
      folder === '' && Object.keys(inPackage).length === 0 && Object.keys(file).length === 0 ? [] : included;
    const targets = new Map<string, Fields>(scripts.map((script) => [script, {}]));
    for (const [name, fields] of [...objectsOf(inPackage.targets), ...objectsOf(file.targets)])
      targets.set(name, { ...targets.get(name), ...fields });
    if (targets.size === 0) return [];
    return [
      {
        ...{ name: textOf(file.name) ?? own.name, own, targets },
        namedInputs: { ...fieldsOf(inPackage.namedInputs), ...fieldsOf(file.namedInputs) },
        implicit: [...textsOf(inPackage.implicitDependencies), ...textsOf(file.implicitDependencies)],
      },
    ];
  }

  /** With what nx.json says of all targets of a name, or of an executor, and the options of the usual configuration. */
  withDefaults(name: string, fields: Fields): Fields {
    const all = this.#told === undefined ? this.#withGeneral(name, fields) : fields;
    const usual = fieldsOf(all.configurations)[textOf(all.defaultConfiguration) ?? ''];
    return { ...all, options: { ...fieldsOf(all.options), ...fieldsOf(usual) } };
  }

  #withGeneral(name: string, fields: Fields): Fields {
    const defaults = fieldsOf(this.nx.targetDefaults);
    const general = fieldsOf(defaults[textOf(fields.executor) ?? ''] ?? defaults[name]);
    const { options, ...others } = general;
    return { ...others, ...fields, options: { ...fieldsOf(options), ...fieldsOf(fields.options) } };
  }

  /** It caches what says so, and before version 17 what nx.json has a list of; both are still heard. @param fields with all defaults */
  isCached(name: string, { cache }: Fields): boolean {
    if (typeof cache === 'boolean') return cache;
    return objectsOf(this.nx.tasksRunnerOptions).some(([, { options }]) => {
      const { cacheableOperations, cacheableTargets } = fieldsOf(options);
      return textsOf(cacheableOperations ?? cacheableTargets).includes(name);
    });
  }

  /** The projects that one stands on itself: its packages, what it imports by an alias, what it is said to. */
  dependenciesOf(project: NxProject): NxProject[] {
    const known = this.#imported.get(project);
    if (known !== undefined) return known;
    const found = this.#told === undefined ? this.#imports(project) : this.#named(project);
    this.#imported.set(project, found);
    return found;
  }

  #named({ name }: NxProject): NxProject[] {
    const names = new Set(dependenciesIn(this.#told, name));
    return this.projects.filter((other) => other.name !== name && names.has(other.name));
  }

  #imports(project: NxProject): NxProject[] {
    const byPackage = this.#workspace.namesItself(project.own).map(({ folder }) => folder);
    const byAlias = this.#aliases().filter(
      ([alias, folder]) => folder !== project.own.folder && this.#importsBy(project, alias),
    );
    const folders = new Set([...byPackage, ...byAlias.map(([, folder]) => folder)]);
    return this.projects.filter(
      (other) =>
        other !== project && (folders.has(other.own.folder) || project.implicit.includes(other.name)),
    );
  }

  /** `paths` of the shared tsconfig, with the folder of the project that each leads into. */
  #aliases(): [alias: string, folder: string][] {
    const file = ['tsconfig.base.json', 'tsconfig.json'].find((name) => this.#repository.has(name));
    const options = fieldsOf(
      fieldsOf(file === undefined ? undefined : this.#repository.json(file)).compilerOptions,
    );
    return Object.entries(fieldsOf(options.paths)).flatMap(([alias, targets]) => {
      const path = inFolder('', textsOf(targets)[0]?.replace(/\/?\*.*$/, '') ?? '');
      const owner = this.projects.find(
        ({ own }) =>
          own.folder !== '' &&
          path !== undefined &&
          (path === own.folder || path.startsWith(`${own.folder}/`)),
      );
      return owner === undefined ? [] : [[alias.replace(/\/?\*$/, ''), owner.own.folder] as [string, string]];
    });
  }

  #importsBy({ own }: NxProject, alias: string): boolean {
    for (const path of this.#repository.files(own.folder)) {
      if (!/\.[cm]?[jt]sx?$/.test(path)) continue;
      const text = this.#repository.text(path) ?? '';
      if (text.includes(`'${alias}`) || text.includes(`"${alias}`)) return true;
    }
    return false;
  }

  /** All that one stands on. */
  allDependenciesOf(project: NxProject): NxProject[] {
    const found = new Set([project]);
    for (const each of found) for (const other of this.dependenciesOf(each)) found.add(other);
    found.delete(project);
    return [...found];
  }
}
