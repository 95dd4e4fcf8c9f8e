/** The system's name of what went wrong, `ENOENT` say; undefined where the error is not the system's. */
export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

/** What the work comes to, or `otherwise` where the system says no; where codes are named, only with one of these. */
export function orElse<T, Otherwise>(
  work: () => T,
  otherwise: Otherwise,
  ...codes: readonly string[]
): T | Otherwise {
  try {
    return work();
  } catch (error) {
    if (codes.length > 0 && !codes.includes(codeOf(error) ?? '')) throw error;
    return otherwise;
  }
}
