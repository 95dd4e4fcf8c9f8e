import { aboutTask } from '../../present/about-task.ts';
import { printable } from '../../present/format.ts';
import { fitting, padEnd, widthOf } from '../../ui/layout.ts';
import { marksOf } from '../../ui/marks.ts';
import type { Terminal } from '../../ui/terminal.ts';
import type { PlanFlags } from '../options.ts';
import { maskerOf } from '../secrets.ts';
import { configOf, type Ended, print, printJson, type Session } from '../session.ts';

export default async function list(session: Session<PlanFlags>): Promise<Ended> {
  const config = await configOf(session);
  if (!config.ok) return config;
  const masker = await maskerOf(config.value);
  const tasks = config.value.tasks.map(({ id, description, tags, run, needs, reads, writes, service }) =>
    masker.all({
      ...{ id, description, tags, run, needs, reads, writes },
      ...(service && { service: true }),
    }),
  );
  if (session.flags.json) {
    await printJson(session, tasks);
    return 0;
  }
  const { out } = session;
  const width = Math.max(...tasks.map(({ id }) => widthOf(printable(id))));
  const line = (task: (typeof tasks)[number]): string => {
    const { id, tags, description, service } = task;
    const words = [...(service ? ['service'] : []), ...tags.map(printable)];
    const tagged = words.length === 0 ? '' : `  [${words.join(', ')}]`;
    const what = cut(printable(aboutTask(task)), out, width + 2 + widthOf(tagged));
    return `${out.colors.bold(padEnd(printable(id), width))}  ${description ? what : out.colors.dim(what)}${out.colors.dim(tagged)}\n`;
  };
  await print(session, tasks.map(line).join(''));
  return 0;
}

/** On a screen a task takes one line. */
function cut(text: string, { stream, columns, unicode }: Terminal, indent: number): string {
  const room = Math.max(10, columns() - indent);
  if (!stream.isTTY || widthOf(text) <= room) return text;
  const { ellipsis } = marksOf({ unicode });
  return `${fitting(text, room - widthOf(ellipsis)).trimEnd()}${ellipsis}`;
}
