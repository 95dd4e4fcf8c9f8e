// Which of many files a task needs, found by running it with some of them: folder by folder, in each a binary search for one after
// another of those it needs. It is the hierarchical form of delta debugging (G. Misherghi and Z. Su, "HDD: Hierarchical Delta
// Debugging", ICSE 2006) where few are needed, and a folder that is needed as a whole is not asked about file by file. Pure but for what it
// asks.

/** All paths at or below one: '' is the root. */
interface Group {
  at: string;
  paths: readonly string[];
}

export interface Needed {
  /** Files, and folders of which no smaller part was found in time, with a slash at the end; sorted. */
  paths: string[];
  /** Whether all that could be asked was. */
  isSmallest: boolean;
}

/**
 * Of paths that are enough together, while none of them are not. Takes it that more files do no harm.
 * @param ask whether these are enough; undefined when there is no time left to ask
 */
export async function smallestSet(
  paths: readonly string[],
  ask: (paths: readonly string[]) => Promise<boolean | undefined>,
): Promise<Needed> {
  const known = new Map<string, boolean>([['', false]]);
  const isEnough = async (groups: readonly Group[]): Promise<boolean> => {
    const some = groups.flatMap((group) => group.paths).sort();
    const key = some.join('\0');
    const answer = known.get(key) ?? (await ask(some));
    if (answer === undefined) throw new OutOfTime();
    known.set(key, answer);
    return answer;
  };
  let needed: Group[] = [{ at: '', paths: [...paths].sort() }];
  known.set(needed[0]?.paths.join('\0') ?? '', true);
  try {
    for (;;) {
      const group = needed.find((each) => each.paths.length > 1);
      if (group === undefined) return { paths: needed.map(nameOf).sort(), isSmallest: true };
      const others = needed.filter((each) => each !== group);
      const parts = partsOf(group);
      needed = [...others, ...(parts.length === 1 ? parts : await neededOf(parts, others, isEnough))];
    }
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    return { paths: needed.map(nameOf).sort(), isSmallest: false };
  }
}

class OutOfTime extends Error {}

/** With all parts it is enough. */
async function neededOf(
  parts: readonly Group[],
  others: readonly Group[],
  isEnough: (groups: readonly Group[]) => Promise<boolean>,
): Promise<Group[]> {
  const needed: Group[] = [];
  let above = parts.length;
  while (!(await isEnough([...others, ...needed]))) {
    // More files have done harm after all: what is known is that all of them are enough.
    if (above === 0) return [...parts];
    // With the first `above` it is enough, with none of them it is not.
    let below = 0;
    while (above - below > 1) {
      const middle = Math.floor((below + above) / 2);
      if (await isEnough([...others, ...needed, ...parts.slice(0, middle)])) above = middle;
      else below = middle;
    }
    needed.push(parts[above - 1] as Group);
    above -= 1;
  }
  return needed;
}

/** The files in it and the folders in it. */
function partsOf({ at, paths }: Group): Group[] {
  const parts = new Map<string, string[]>();
  for (const path of paths) {
    const end = path.indexOf('/', at.length);
    const part = end < 0 ? path : path.slice(0, end + 1);
    const known = parts.get(part);
    if (known === undefined) parts.set(part, [path]);
    else known.push(path);
  }
  return [...parts].map(([part, inside]) => ({ at: part, paths: inside }));
}

const nameOf = ({ at, paths: [path = '', ...more] }: Group): string => (more.length === 0 ? path : at);
