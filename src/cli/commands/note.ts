// What a task tells of itself from a shell script: a line in the file that PTASK_LOG names. It may be called often, so
// it reads no config and loads next to nothing.

import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail } from '../../base/result.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Note } from '../../model/report.ts';
import { formatNote } from '../../run/records/notes.ts';
import type { GlobalFlags } from '../options.ts';
import type { Ended } from '../session.ts';

const KINDS: readonly Note['kind'][] = ['understanding', 'plan', 'issue', 'handoff', 'file', 'text'];
const SEVERITIES = ['low', 'medium', 'high'];

interface NoteFlags extends GlobalFlags {
  severity?: string;
  resolution?: string;
}

export default function note(kind: string, words: string[], flags: NoteFlags): Ended {
  const written = process.env.PTASK_LOG;
  const made = noteOf(kind, words, flags);
  if ('message' in made) return fail(made);
  if (!written)
    return fail({
      message: 'ptask note works only within a running task: PTASK_LOG is not set',
      hint: "call it from a task's commands: ptask sets PTASK_LOG for them",
    });
  try {
    appendFileSync(written, `${endsInLine(written) ? '' : '\n'}${formatNote(made)}`);
    return 0;
  } catch (error) {
    return fail({ message: `the note cannot be written: ${(error as Error).message}` });
  }
}

function noteOf(kind: string, words: readonly string[], flags: NoteFlags): Note | Diagnostic {
  const known = KINDS.find((each) => each === kind);
  if (known === undefined)
    return {
      message: `unknown kind of note \`${kind}\``,
      hint: didYouMean(kind, KINDS) ?? `the kinds are ${KINDS.join(', ')}`,
    };
  const flag = words.find((word) => /^--\w[\w-]*(?:=|$)/.test(word));
  if (flag !== undefined)
    return {
      message: `a note has no \`${flag}\``,
      hint: 'the flags are --severity and --resolution; quote a text that contains one',
    };
  const { severity, resolution } = flags;
  const misplaced =
    severity !== undefined ? '--severity' : resolution !== undefined ? '--resolution' : undefined;
  if (known !== 'issue' && misplaced !== undefined)
    return { message: `${misplaced} is only for issues`, hint: `remove it, or write \`ptask note issue\`` };
  if (severity !== undefined && !SEVERITIES.includes(severity))
    return { message: `unknown severity \`${severity}\``, hint: `use ${SEVERITIES.join(', ')}` };
  const [path = '', ...rest] = words;
  const text = (known === 'file' ? rest : words).join(' ').trim();
  if (known === 'file' && (path === '' || /[\r\n]/.test(path)))
    return { message: 'the note has no path', hint: 'ptask note file <path> <text>' };
  if (text === '')
    return {
      message: 'the note has no text',
      hint: `ptask note ${known} ${known === 'file' ? '<path> ' : ''}<text>`,
    };
  return {
    kind: known,
    text,
    ...(known === 'file' && { path }),
    ...(severity !== undefined && { severity: severity as NonNullable<Note['severity']> }),
    ...(resolution !== undefined && resolution.trim() !== '' && { resolution }),
  };
}

/** Whoever wrote last may have left the line open. */
function endsInLine(path: string): boolean {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    return true;
  }
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(handle, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
  } catch {
    return true;
  } finally {
    closeSync(handle);
  }
}
