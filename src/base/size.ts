const UNITS: Record<string, number> = { kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9 };

/** `500 kB`, `10 MB`, `1.5GB` in bytes, decimal as everywhere; `unlimited` is infinite. The schema has made sure of the form. */
export function parseSize(text: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+) ?([kKMG]B)$/.exec(text) ?? [];
  return amount === '' ? Number.POSITIVE_INFINITY : Math.round(Number(amount) * (UNITS[unit] ?? 1));
}

/** `512 bytes`, `64 kB`, `1.5 MB`, `198 MB`: decimal, as a file manager would say it. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1_000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[unit]}`;
}
