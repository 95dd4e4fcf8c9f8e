/** The system's name of what went wrong, `ENOENT` say; undefined where the error is not the system's. */
export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;
