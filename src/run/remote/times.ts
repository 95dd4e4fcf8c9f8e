// How long each part of a task's stay on another machine took, from what its worker says of itself. Pure.

import type { RemoteRun } from '../../model/report.ts';
import type { ActionResult, ExecutedActionMetadata } from '../../remote/execution.ts';

type Stamp = ExecutedActionMetadata['queuedTimestamp'];

/** What we have measured and counted ourselves. */
export type Own = Pick<RemoteRun, 'sentMs' | 'sentBytes' | 'receivedMs' | 'receivedBytes'>;

export function remoteRunOf(
  { executionMetadata: told }: Pick<ActionResult, 'executionMetadata'>,
  isCached: boolean,
  own: Own,
): RemoteRun {
  const { worker = '' } = told ?? {};
  const parts = {
    queuedMs: between(told?.queuedTimestamp, told?.workerStartTimestamp),
    fetchedMs: between(told?.inputFetchStartTimestamp, told?.inputFetchCompletedTimestamp),
    ranMs: between(told?.executionStartTimestamp, told?.executionCompletedTimestamp),
    uploadedMs: between(told?.outputUploadStartTimestamp, told?.outputUploadCompletedTimestamp),
  };
  const known = Object.entries(parts).filter(([, ms]) => ms !== undefined);
  return {
    ...(worker !== '' && { worker }),
    ...(isCached ? { cached: true as const } : (Object.fromEntries(known) as Partial<RemoteRun>)),
    ...own,
  };
}

function between(from: Stamp, to: Stamp): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  const ms = (to.seconds - from.seconds) * 1_000 + (to.nanos - from.nanos) / 1e6;
  return ms >= 0 ? Math.round(ms * 10) / 10 : undefined;
}
