// What a raw task cannot be as well.

import type { Task as WrittenTask } from '../model/written-config.ts';
import type { Path } from './document.ts';
import { each, type Rule } from './rule.ts';

interface Clash {
  at: Path;
  why: string;
  hint: string;
}

/** The first reason is enough: most are gone with the field that they speak of. */
function clashOf({ agent, cache, workspace, output, service, run = [] }: WrittenTask): Clash | undefined {
  if (agent !== undefined)
    return {
      at: ['agent'],
      why: 'has an agent, which reads its prompt where a raw task reads the keyboard',
      hint: 'remove `raw`, or start the agent by `run`',
    };
  if (service === true)
    return {
      at: ['service'],
      why: 'is a service, but nothing runs beside a raw task',
      hint: 'remove `raw`, or `service`',
    };
  if (run.length === 0) return { at: ['raw'], why: 'runs nothing', hint: 'add `run`, or remove `raw`' };
  if (cache !== undefined && cache !== false)
    return {
      at: ['cache'],
      why: 'has `cache`, but what a person types is no part of a key',
      hint: 'remove `cache`, or `raw`',
    };
  if (workspace === 'worktree')
    return {
      at: ['workspace'],
      why: 'has `workspace: worktree`, but nothing runs beside a raw task',
      hint: 'remove `workspace`: raw tasks work in the shared tree',
    };
  if (output !== undefined)
    return {
      at: ['output'],
      why: 'has `output`, but what a raw task prints goes to the terminal and is not kept',
      hint: 'remove `output`',
    };
  return undefined;
}

export const rawRunsAlone: Rule = ({ tasks }) =>
  each(tasks, ({ id, written, source, isBroken }) => {
    if (written.raw !== true || isBroken) return undefined;
    const clash = clashOf(written);
    if (clash === undefined) return undefined;
    const { at, why, hint } = clash;
    const related =
      at[0] === 'raw' ? {} : { related: [{ message: 'it is raw', place: source.placeOf(['raw']) }] };
    return { message: `\`${id}\` is raw and ${why}`, place: source.placeOf(at), hint, ...related };
  });
