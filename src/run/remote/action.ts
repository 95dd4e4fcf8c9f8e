// A task as an action of the Remote Execution API: one script in a tree of its inputs, and where its outputs are. Pure.

import { type Digest, digestOf, encodeAction, encodeCommand } from '../../cache/action.ts';
import type { Config, Remote, Task } from '../../config/config.ts';
import type { PatternList } from '../../plan/patterns/index.ts';
import { prefixesOf } from '../../plan/touches.ts';
import { type Source, sourceOf } from '../../remote/contents.ts';
import { MADE, OWN_FILES, type Scripted, TREE } from './script.ts';

export interface RemoteAction {
  digest: Digest;
  /** Of the action and its command. */
  sources: Source[];
}

export interface ActionInput {
  config: Pick<Config, 'cache'> & { remote: Pick<Remote, 'platform'> };
  task: Pick<Task, 'cache' | 'timeoutMs'>;
  scripted: Pick<Scripted, 'environment'>;
  /** The script is in it. */
  inputRoot: Digest;
  looked: readonly string[];
}

/** By how much the server's limit is longer than the task's: a cancellation of ours cleans up there, which not every server does by itself. */
const GRACE_MS = 15_000;

export function actionOf({ config, task, scripted, inputRoot, looked }: ActionInput): RemoteAction {
  const { platform } = config.remote;
  const ofPlatform = Object.keys(platform).length > 0 ? { platform } : {};
  const command = encodeCommand({
    arguments: ['sh', OWN_FILES.script],
    environment: scripted.environment,
    outputPaths: [...looked.map((path) => (path === '' ? TREE : `${TREE}/${path}`)), ...MADE],
    workingDirectory: '',
    ...ofPlatform,
  });
  const { salt } = config.cache;
  const action = encodeAction({
    command: digestOf(command),
    inputRoot,
    ...(task.timeoutMs > 0 && { timeoutMs: task.timeoutMs + GRACE_MS }),
    doNotCache: !task.cache.isOn,
    ...(salt !== '' && { salt: Buffer.from(salt) }),
    ...ofPlatform,
  });
  const digest = digestOf(action);
  return { digest, sources: [sourceOf(digestOf(command), command), sourceOf(digest, action)] };
}

/**
 * Folders and files, relative to the root, of which all comes back: what the writes match lies there, and '' is the root.
 * @param reach what the task may write, by names that lead through no link
 */
export const lookedAt = (reach: readonly PatternList[]): string[] => outermost(reach.flatMap(prefixesOf));

export const isLookedAt = (path: string, looked: readonly string[]): boolean =>
  looked.some((each) => each === '' || path === each || path.startsWith(`${each}/`));

/** Without those that lie in others: an output in an output is refused by some servers. */
function outermost(paths: readonly string[]): string[] {
  const all = [...new Set(paths.map((path) => path.replace(/\/$/, '')))].sort();
  return all.filter(
    (path) => !all.some((other) => other !== path && (other === '' || path.startsWith(`${other}/`))),
  );
}
