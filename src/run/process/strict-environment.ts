// The environment of a cached task: what it is given is what its result may depend on, and nothing of whoever starts ptask beside
// that. Unaware of keys.

import type { Config, Task } from '../../config/config.ts';
import { keyTextsOf, type Lookup, lookupIn } from '../../config/variables.ts';
import type { Environment } from './environment.ts';

/**
 * What programs need to find their way, and what says how to show things: these reach every cached task, and its result is taken not
 * to depend on them.
 */
const USUAL = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'PWD', 'TMPDIR', 'TMP', 'TEMP'],
  ...['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'],
  ...['TERM', 'COLORTERM', 'FORCE_COLOR', 'NO_COLOR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  ...['SYSTEMROOT', 'COMSPEC', 'PATHEXT', 'WINDIR', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMFILES'],
];

/** What decides how programs sort, count and tell the time, and how strict they are: their results depend on it. */
const DECISIVE = [
  ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_COLLATE', 'LC_CTYPE', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_TIME'],
  ...['TZ', 'CI'],
];

/** What is ours: it says where and in which run a task works. */
const OURS = /^PTASK_/;

export interface StrictEnvironment {
  /** What reaches it, but for its own `env`. */
  env: Environment;
  /** What its result depends on, by name, its own `env` included. */
  declared: [name: string, value: string][];
}

/** What dotenv files and the config's `env` set, as keys tell it: see `keyTextsOf`. */
export type Settings = ReadonlyMap<string, string>;

/** What ptask sets differs from run to run. */
const SET_BY_US =
  /^PTASK_(?:RUN_ID|TASK|ROOT|WORKDIR|INIT_CWD|BRANCH|CONFIGS|HOOK|HOOK_ARGS|HOOK_INPUT|ATTEMPT|GRACE_MS|LOG|OUTPUT|OUTPUTS|HANDOFF|REVIEW|PROMPT_FILE|STACK)$/;

/** Where a value speaks of what differs between machines, the words of the config count. */
const isOfTheMachine = (name: string): boolean => isUsual.has(name) || SET_BY_US.test(name);

/** @param inherited what the config's `env` may speak of */
export function settingsOf(
  { env }: Pick<Config, 'env'>,
  inherited: Environment,
  dotenv: Environment,
): Settings {
  const known = lookupIn(inherited);
  const files = new Map(Object.keys(dotenv).map((name) => [name, known(name) ?? '']));
  return new Map([...files, ...Object.entries(keyTextsOf(env, toldBy(files, known), isOfTheMachine))]);
}

/** What is set by the config itself as it is told there, of all else the value, unless it is told by its name. */
const toldBy =
  (settings: Settings, known: Lookup): Lookup =>
  (name) =>
    settings.get(name) ?? (isOfTheMachine(name) ? undefined : known(name));

/** @param base what the task would inherit, dotenv files and the config's `env` included */
export function strictEnvironment(
  base: Environment,
  config: Pick<Config, 'cache'>,
  task: Pick<Task, 'env' | 'cache'>,
  settings: Settings,
): StrictEnvironment {
  const own = task.cache.isOn ? task.cache.env : [];
  const named = new Set([...DECISIVE, ...settings.keys()]);
  const joins = testOf([...config.cache.env, ...own]);
  const passes = testOf(config.cache.passEnv);
  const env: Environment = {};
  const declared = new Map<string, string>();
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined) continue;
    const isDeclared = named.has(name) || joins(name);
    if (isDeclared) declared.set(name, settings.get(name) ?? value);
    if (isDeclared || isUsual.has(name) || OURS.test(name) || passes(name)) env[name] = value;
  }
  const texts = keyTextsOf(task.env, toldBy(settings, lookupIn(base)), isOfTheMachine);
  for (const [name, text] of Object.entries(texts)) declared.set(name, text);
  return { env, declared: [...declared].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

const isUsual: ReadonlySet<string> = new Set(USUAL);

/** Whether one of the names or globs is that of a variable. */
function testOf(globs: readonly string[]): (name: string) => boolean {
  if (globs.length === 0) return () => false;
  const all = globs.map((glob) => glob.split('*').map(escaped).join('.*'));
  const pattern = new RegExp(`^(?:${all.join('|')})$`);
  return (name) => pattern.test(name);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
