// Which tasks of a config a person asks for, by their names and tags, and which of the others these need.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { didYouMean, nearest } from '../base/suggest.ts';
import type { Config, Task } from '../config/config.ts';
import { beginningsOf, isNamePattern, nameMatcher } from './name-pattern.ts';
import type { Selection } from './options.ts';
import { withoutLasting } from './service-users.ts';

/** Those that are chosen and, unless only these are asked for, all that they need, in the order of declaration. */
export function selectTasks(config: Config, selection: Selection): Result<Task[]> {
  const chosen = chooseTasks(config, selection);
  return chosen.ok && !selection.only ? ok(withNeeds(config, chosen.value)) : chosen;
}

/** In the order of declaration; all tasks when nothing is asked for, but for services that no task needs. */
export function chooseTasks(config: Config, selection: Selection): Result<Task[]> {
  const { tasks = [], tags = [], except = [] } = selection;
  const names = new Set(config.tasks.map(({ id }) => id));
  const problems = [
    ...[...new Set([...tasks, ...except])].flatMap((word) => unknownTask(word, names) ?? []),
    ...[...new Set(tags)].flatMap((tag) => unknownTag(tag, config.tasks) ?? []),
  ];
  if (problems.length > 0) return fail(...problems);
  if (tasks.length + tags.length + except.length === 0) return ok([...withoutLasting(config.tasks)]);
  const isNamed = tasks.length === 0 ? () => true : matcherOf(tasks);
  const isExcepted = matcherOf(except);
  const all = tasks.length + tags.length === 0 ? withoutLasting(config.tasks) : config.tasks;
  const named = all.filter(({ id }) => isNamed(id));
  const tagged = named.filter((task) => tags.length === 0 || task.tags.some((tag) => tags.includes(tag)));
  const chosen = tagged.filter(({ id }) => !isExcepted(id));
  if (chosen.length > 0) return ok(chosen);
  return fail(
    tagged.length === 0
      ? { message: `none of the named tasks has the tag ${tags.map(quoted).join(' or ')}`, hint: SEE_TAGS }
      : { message: '`--except` leaves out every task that was chosen', hint: 'name another task, or none' },
  );
}

function withNeeds({ tasks }: Config, chosen: readonly Task[]): Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const wanted = neededFrom(
    byId,
    chosen.map(({ id }) => id),
  );
  return tasks.filter((task) => wanted.has(task.id));
}

/** These and all that they need. */
export function neededFrom(byId: ReadonlyMap<string, Task>, ids: readonly string[]): Set<string> {
  const wanted = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (wanted.has(id)) continue;
    wanted.add(id);
    open.push(...(byId.get(id)?.needs ?? []));
  }
  return wanted;
}

/** Of names and patterns. */
export function matcherOf(words: readonly string[]): (name: string) => boolean {
  const names = new Set(words.filter((word) => !isNamePattern(word)));
  const patterns = words.filter(isNamePattern).map(nameMatcher);
  return (name) => names.has(name) || patterns.some((matches) => matches(name));
}

const SEE_TAGS = '`ptask list` shows the tags';

const quoted = (word: string): string => `\`${word}\``;

function unknownTag(tag: string, tasks: readonly Task[]): Diagnostic | undefined {
  const known = new Set(tasks.flatMap((task) => task.tags));
  if (known.has(tag)) return undefined;
  const none = 'tag tasks with `tags: [ci]`';
  const hint = didYouMean(tag, known) ?? (known.size === 0 ? none : SEE_TAGS);
  return { message: `no task has the tag \`${tag}\``, hint };
}

function unknownTask(word: string, names: ReadonlySet<string>): Diagnostic | undefined {
  if (names.has(word)) return undefined;
  const all = [...names];
  if (!isNamePattern(word))
    return { message: `there is no task \`${word}\``, hint: didYouMean(word, all) ?? listed(all) };
  if (all.some(nameMatcher(word))) return undefined;
  return { message: `no task matches \`${word}\``, hint: likePattern(word, all) ?? listed(all) };
}

const listed = (names: readonly string[]): string =>
  `the tasks are ${names.length > 12 ? `${names.slice(0, 12).join(', ')} … (ptask list shows all)` : names.join(', ')}`;

/** A pattern that matches something: one that crosses, or one that begins as some names do. */
function likePattern(pattern: string, names: readonly string[]): string | undefined {
  const crossing = pattern.replace(/(?<!\*)\*(?!\*)/g, '**');
  const across = crossing === pattern ? undefined : crossing;
  const [begin = ''] = /^[^*?{]*/.exec(pattern) ?? [];
  const [, stem = '', separator = ''] = /^(.*?)([:/#]?)$/.exec(begin) ?? [];
  const near = nearest(stem, names.flatMap(beginningsOf));
  const meant = [across, near && `${near}${separator}${pattern.slice(begin.length)}`].find(
    (each) => each !== undefined && names.some(nameMatcher(each)),
  );
  return meant === undefined ? near && `did you mean \`${near}\`?` : `did you mean \`${meant}\`?`;
}
