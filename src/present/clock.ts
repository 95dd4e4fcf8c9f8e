// When something happened, as a log says it: the time of day in UTC, with the date where it is another day than that of
// the start.

/** @param startedAt ISO 8601, UTC @param at milliseconds after that */
export function clock(startedAt: string, at: number): string {
  const moment = isoAt(startedAt, at);
  const isSameDay = moment.slice(0, 10) === startedAt.slice(0, 10);
  return isSameDay ? moment.slice(11, 23) : `${moment.slice(0, 10)} ${moment.slice(11, 23)}`;
}

let last = { startedAt: '', at: Number.NaN, moment: '' };

/** What happens together is told together: the same moment is asked for again and again. */
export function isoAt(startedAt: string, at: number): string {
  if (last.at !== at || last.startedAt !== startedAt)
    last = { startedAt, at, moment: new Date(Date.parse(startedAt) + at).toISOString() };
  return last.moment;
}
