const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The longest wait a timer knows, nearly 25 days; a longer one would be over at once. */
const LONGEST = 2 ** 31 - 1;

/** `500ms`, `30s`, `10m`, `1.5h`, or a number of seconds, in milliseconds, 25 days at most. The schema has made sure of the form. */
export function parseDuration(written: string | number): number {
  const [, amount = '0', unit = 'ms'] = /^([\d.]+)(ms|s|m|h)$/.exec(String(written)) ?? [];
  const ms = typeof written === 'number' ? written * 1_000 : Number(amount) * (UNITS[unit] ?? 1);
  return Math.min(LONGEST, Math.round(ms));
}

/** `30m`, `12h`, `30d`, `4w` in milliseconds, however long. The schema has made sure of the form. */
export function parseAge(text: string): number {
  const [, amount = '0', unit = 'd'] = /^([\d.]+)([mhdw])$/.exec(text) ?? [];
  return Math.round(Number(amount) * (UNITS[unit] ?? 1));
}

/** Milliseconds for people: `4ms`, `1.2s`, `3m 05s`, `1h 02m`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  const pad = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}
