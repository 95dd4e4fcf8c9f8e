// Which machine a task of a plan runs on, and what keeps it on this one, as far as more than its own fields says so.

import type { Config, Task } from '../config/config.ts';
import { isRemote } from '../config/is-remote.ts';
import type { PlannedTask } from '../model/plan.ts';
import { linksOutside } from './file-system.ts';
import { anyMatcher } from './patterns/index.ts';
import { prefixesOf } from './touches.ts';

export class Places {
  readonly #config: Config;
  readonly #links: readonly string[];
  #outside: string[] | undefined;

  /** @param links that lie where tasks write */
  constructor(config: Config, links: readonly string[]) {
    this.#config = config;
    this.#links = links;
  }

  of(task: Task, isIsolated: boolean): Pick<PlannedTask, 'remote' | 'here'> {
    const { remote } = this.#config;
    if (remote === undefined || remote.use === 'none') return {};
    const isAsked = remote.use === 'all' || task.remote.isAsked;
    if (!isAsked || task.run.length === 0) return {};
    const obstacle = task.remote.obstacle ?? this.#obstacle(task, isIsolated);
    if (obstacle !== undefined) return { here: obstacle };
    return isRemote({ remote }, task) ? { remote: true } : {};
  }

  #obstacle({ writes }: Task, isIsolated: boolean): string | undefined {
    // What becomes a commit begins from one, and not from the files.
    if (isIsolated && this.#config.integrate !== 'apply') return 'its result becomes a commit';
    this.#outside ??= linksOutside(this.#config.root, this.#links);
    if (this.#outside.length === 0) return undefined;
    const prefixes = prefixesOf(writes);
    const covers = anyMatcher([writes]);
    const link = this.#outside.find(
      (each) =>
        prefixes.some((prefix) => `${prefix}/`.startsWith(`${each}/`)) ||
        // Who writes to all of a folder does not write to the packages that are linked into it.
        (!isInModules(each) && covers(`${each}/any`)),
    );
    return link && `it writes through ${link}, which leads out of the repository`;
  }
}

const isInModules = (link: string): boolean => /(?:^|\/)node_modules(?:\/|$)/.test(link);
