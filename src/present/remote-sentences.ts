// The sentences about tasks that run remotely.

import { formatDuration } from '../base/duration.ts';
import { formatBytes } from '../base/size.ts';
import type { RemoteCacheFailed, RemoteCacheStoring, RemoteStage } from '../model/event.ts';
import type { RemoteRun } from '../model/report.ts';
import { plural, printable } from './format.ts';
import { code, joined, say, type Text } from './text.ts';

const STAGES: Record<RemoteStage['stage'], string> = {
  sending: 'sending its inputs',
  queued: 'queued remotely',
  running: 'running remotely',
  receiving: 'fetching its results',
};

export const atStage = (stage: RemoteStage['stage']): string => STAGES[stage];

/** Where it ran and what its time went into, as it follows a name or a label. */
export function ranRemotely(run: RemoteRun): Text {
  const { worker, cached, queuedMs, fetchedMs, ranMs, uploadedMs } = run;
  const took = (verb: string, ms: number | undefined): Text =>
    ms === undefined ? [] : [`${verb} ${formatDuration(ms)}`];
  const sent = `sent ${formatBytes(run.sentBytes)} in ${formatDuration(run.sentMs)}`;
  const received = `received ${formatBytes(run.receivedBytes)} in ${formatDuration(run.receivedMs)}`;
  const where = worker === undefined ? ['remotely'] : say`on ${code(worker)}`;
  return joined([
    cached ? ['the server had the result'] : where,
    took('queued', queuedMs),
    took('fetched inputs', fetchedMs),
    took('ran', ranMs),
    took('uploaded results', uploadedMs),
    [sent],
    [received],
  ]);
}

export const deniedRemote = (reason: string): Text => [
  `runs here, since it could not run remotely: ${reason}`,
];

/** The server of the remote cache refuses us, or is away. */
export const failedCache = ({
  url,
  reason,
  isRead,
}: Pick<RemoteCacheFailed, 'url' | 'reason' | 'isRead'>): Text =>
  say`the remote cache ${code(url)} ${isRead ? 'takes no results' : 'is left out from now on'}: ${printable(reason)}`;

/** What the end of a run waits for, and that it need not. */
export const isStoring = ({ results }: Pick<RemoteCacheStoring, 'results'>): string =>
  `storing ${plural(results, 'result')} in the remote cache`;
export const SKIPS = '(Ctrl-C skips this)';
export const storing = (event: Pick<RemoteCacheStoring, 'results'>): Text => [`${isStoring(event)} ${SKIPS}`];
