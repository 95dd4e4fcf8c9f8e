// Made from schema/plan.schema.json by `npm run generate`.

/**
 * What ptask is going to do, and why: the output of ptask plan --json. It depends on nothing but the config and the files.
 */
export interface Plan {
  schemaVersion: 2;
  strategy: PlanStrategy;
  /**
   * The levels of the graph: a task stands one phase after the latest task it waits for.
   */
  phases: Phase[];
  /**
   * The planned tasks in the order of declaration.
   */
  tasks: PlannedTask[];
  /**
   * What must be over before what begins, and why: of each pair of tasks the first one.
   */
  edges: EdgeGroup[];
  /**
   * Tasks that may not all run at the same time, in whichever order is sooner.
   */
  exclusions: Exclusion[];
  /**
   * Every hazard between two tasks that no dependency orders, and how it is resolved; once for all pairs of tasks of which the same is true.
   */
  conflicts: ConflictGroup[];
  /**
   * What a reader of the plan should know besides: undeclared tasks, readers that come before a writer or whose writer was not asked for, patterns that match no file.
   */
  notes: Note[];
}
export interface PlanStrategy {
  letter: 'A' | 'B' | 'C' | 'D';
  name: 'parallel' | 'worktrees' | 'phased' | 'sequential';
  /**
   * Why it is this strategy and what kept the plan from a better one, as sentences.
   */
  reasons: string[];
}
export interface Phase {
  tasks: string[];
}
export interface PlannedTask {
  id: string;
  description?: string;
  /**
   * Counted from 0.
   */
  phase: number;
  workspace: 'shared' | 'worktree';
  reads: string[];
  writes: string[];
  /**
   * How many files that exist today the globs match.
   */
  files: {
    reads: number;
    writes: number;
  };
  /**
   * The task says neither what it reads nor what it writes, so it is taken to touch nothing.
   */
  undeclared: boolean;
}
export interface EdgeGroup {
  /**
   * One list: every two of its tasks, the one that is declared first in front. Several: each task of the first, third, ... list with each of every later second, fourth, ... list.
   */
  tasks: string[][];
  because: Because;
}
/**
 * Why an edge or an exclusion is there.
 */
export interface Because {
  kind: 'needs' | 'write-write' | 'write-read' | 'resource' | 'sequential';
  /**
   * A path that both tasks touch.
   */
  witness?: string;
  resource?: string;
}
export interface Exclusion {
  tasks: string[];
  /**
   * Units there are, for a counted resource.
   */
  capacity?: number;
  because: Because;
}
/**
 * Where one only reads, the writer stands first.
 */
export interface ConflictGroup {
  /**
   * One list: every two of its tasks, the one that is declared first in front. Several: each task of the first, third, ... list with each of every later second, fourth, ... list.
   */
  tasks: string[][];
  kind: 'write-write' | 'write-read' | 'resource';
  /**
   * The patterns of the first and of the second task of each pair; for a resource, how each uses it.
   *
   * @minItems 2
   * @maxItems 2
   */
  patterns: [string, string];
  /**
   * A path that both patterns match.
   */
  witness?: string;
  /**
   * The files that exist today and both tasks touch.
   */
  files: {
    count: number;
    sample: string[];
  };
  /**
   * `existing` when both touch at least one file that exists today, `possible` when they only could. Only of conflicts over files.
   */
  basis?: 'existing' | 'possible';
  /**
   * No path that both match: what is a file to the one has to be a folder for the other.
   */
  clash?: {
    /**
     * The path that one names as a file.
     */
    file: string;
    /**
     * A path below it, which the other matches.
     */
    below: string;
  };
  resource?: string;
  resolution: 'order' | 'isolate' | 'exclude' | 'allow';
  /**
   * False where the patterns could not be decided exactly and are taken to overlap.
   */
  exact: boolean;
  /**
   * Why it was not decided exactly.
   */
  reason?: string;
}
export interface Note {
  kind: 'undeclared' | 'reads-before-write' | 'writer-left-out' | 'matches-nothing' | 'not-isolated';
  tasks: string[];
  text: string;
}
