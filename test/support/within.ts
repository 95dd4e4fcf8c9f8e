/** A time limit that names what it limits. The work itself cannot be stopped, only given up on. */
export async function within<T>(
  limit: number,
  what: string,
  work: () => T | Promise<T>,
  /** More to say when it is too late: a screen, the processes seen so far. */
  describe?: () => string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const detail = describe === undefined ? '' : `\n${describe()}`;
      reject(new Error(`${what}: not done after ${limit} ms${detail}`));
    }, limit);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
