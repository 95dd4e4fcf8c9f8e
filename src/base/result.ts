import type { Diagnostic } from './diagnostic.ts';

/** Expected failure is a value: the problems, in the order a person would read them. Throwing is for bugs. */
export type Result<T> = { ok: true; value: T } | { ok: false; diagnostics: Diagnostic[] };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (...diagnostics: Diagnostic[]): Result<never> => ({ ok: false, diagnostics });
