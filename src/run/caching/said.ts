// What a task has said, its output, its notes and the values that it hands over: kept, and said again where it does not run.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { overwriteFile, readFile, replaceFile } from '../../base/own-files.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import type { Blob, TaskRecord } from '../../cache/record.ts';
import type { Task } from '../../config/config.ts';
import type { Briefings } from '../agents/prompt-context.ts';
import type { Executed } from '../executor/execute.ts';
import type { RunContext } from '../records/context.ts';
import { NoteReader } from '../records/note-reader.ts';
import { leftOut } from '../records/output.ts';
import { notesName, outputName } from '../records/run-folder.ts';
import { closeLog, logAt, openLog } from '../records/swept-logs.ts';

/** What it said, read whole before anything is done. */
export interface Said {
  output: Buffer | undefined;
  values: Buffer | undefined;
  notes: Buffer | undefined;
}

/** Where that is in the store. */
type Saying = Pick<TaskRecord, 'output' | 'values' | 'notes'>;

/** Undefined where not all of it is there. */
export function readSaid(store: CacheStore, { output, values, notes }: Saying): Said | undefined {
  const said: Said = { output: undefined, values: undefined, notes: undefined };
  const blobs: [keyof Said, Blob | undefined][] = [
    ['output', output],
    ['values', values],
    ['notes', notes],
  ];
  for (const [name, blob] of blobs) {
    if (blob === undefined) continue;
    said[name] = store.bytesOf(blob);
    if (said[name] === undefined) return undefined;
  }
  return said;
}

/** Throws where the disk says no. */
export function replay(
  context: RunContext,
  briefings: Briefings,
  task: Task,
  { exitCode, verify }: Pick<TaskRecord, 'exitCode' | 'verify'>,
  said: Said,
): Executed {
  const { folder, masker, emit } = context;
  const { id } = task;
  let output: Executed['output'] = { bytes: 0, tail: [] };
  if (said.output !== undefined) {
    const onText = (text: string): void => emit({ type: 'task-output', id, text });
    const log = openLog(folder, outputName(id), onText, { masker, limit: task.outputLimit });
    log.write(said.output);
    closeLog(folder, outputName(id), log);
    output = { bytes: log.bytes, tail: [], ...leftOut(log.leftOut) };
  }
  if (said.notes !== undefined) {
    const file = join(folder.path, notesName(id));
    const reader = new NoteReader(file, (notes) => emit({ type: 'task-noted', id, notes }), masker);
    replaceFile(file, said.notes);
    reader.close();
  }
  if (said.values !== undefined || said.notes !== undefined) {
    const file = briefings.handovers.open(id);
    if (said.values !== undefined) overwriteFile(file, said.values.toString('utf8'), false);
  }
  return { status: 'passed', exitCode, attempts: 0, output, ...(verify && { verify }) };
}

/** What it has said, once it is over; a reason, a clause, where that is not for others. Throws where it cannot be kept. */
export async function keepSaid(
  { folder, masker }: RunContext,
  { handovers }: Briefings,
  { id }: Task,
  { output }: Executed,
  store: CacheStore,
): Promise<Saying | { reason: string }> {
  const keep = (bytes: Buffer): Blob => ({ oid: store.putBytes(bytes), size: bytes.length });
  const said: Saying = {};
  if (output.bytes > 0) {
    const log = logAt(folder, outputName(id));
    said.output = { oid: await store.put(log), size: statSync(log).size };
  }
  const notes = readFile(join(folder.path, notesName(id)));
  if (notes !== undefined && notes.length > 0) said.notes = keep(notes);
  const values = handovers.valuesOf(id);
  if (values !== undefined && values.length > 0) {
    if (!masker.bytes(values).equals(values)) return { reason: 'it hands over a secret' };
    said.values = keep(values);
  }
  return said;
}
