// Milliseconds since this process began. `performance.now()` says nearly the same, but has Node load its performance hooks first,
// which takes longer than all that is measured in a short run.

export const elapsed = (): number => process.uptime() * 1_000;
