import { printable } from '../../present/format.ts';
import { padEnd, widthOf } from '../../ui/layout.ts';
import type { PlanFlags } from '../options.ts';
import { maskerOf } from '../secrets.ts';
import { configOf, type Ended, print, printJson, type Session } from '../session.ts';

export default async function list(session: Session<PlanFlags>): Promise<Ended> {
  const config = await configOf(session);
  if (!config.ok) return config;
  const masker = await maskerOf(config.value);
  const tasks = config.value.tasks.map(({ id, description, tags, run, needs, reads, writes }) =>
    masker.all({ id, description, tags, run, needs, reads, writes }),
  );
  if (session.flags.json) {
    await printJson(session, tasks);
    return 0;
  }
  const { colors } = session.out;
  const width = Math.max(...tasks.map(({ id }) => widthOf(printable(id))));
  const line = ({ id, description, tags, run, needs }: (typeof tasks)[number]): string => {
    const what = printable(description || run[0]?.split('\n')[0] || `needs ${needs.join(', ')}`);
    const tagged = tags.length === 0 ? '' : `  ${colors.dim(`[${tags.map(printable).join(', ')}]`)}`;
    return `${colors.bold(padEnd(printable(id), width))}  ${description ? what : colors.dim(what)}${tagged}\n`;
  };
  await print(session, tasks.map(line).join(''));
  return 0;
}
