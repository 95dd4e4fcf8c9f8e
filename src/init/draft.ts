// A config that is proposed: what is known of each task, and what is not, for a person to decide.

export interface DraftTask {
  name: string;
  description?: string;
  /** Empty for one that only gathers the tasks it needs. */
  run: string[];
  /** Undefined where it is not known what it reads. */
  reads: string[] | undefined;
  writes: string[] | undefined;
  needs: string[];
  /** '' is the root. */
  cwd: string;
  env?: Record<string, string>;
  resources?: Record<string, 'read' | 'write'>;
  cache?: DraftCache;
  /** It talks to a person. */
  raw?: true;
  /** What somebody has to know who reads it, a sentence each. */
  comments: string[];
  /** Why it is not part of a run of all tasks, a clause; then it is written as a comment. */
  off?: string;
}

/** Of one task. */
export type DraftCache = false | { env?: string[]; reads?: string[]; clean?: false };

export interface Draft {
  /** Files that it was made from. */
  sources: string[];
  /** There is a package.json, so that ptask may be among what is installed. */
  hasPackages: boolean;
  /** What every cached task depends on; empty where nothing is said. */
  cache: { reads: string[]; env: string[]; passEnv: string[]; tools: string[] };
  env: Record<string, string>;
  dotenv: string[];
  tasks: DraftTask[];
  /** What was left out, and what somebody should know before the first run: a sentence each. */
  notes: string[];
}

export const emptyDraft = (): Draft => ({
  ...{ sources: [], hasPackages: true, env: {}, dotenv: [], tasks: [], notes: [] },
  cache: { reads: [], env: [], passEnv: [], tools: [] },
});
