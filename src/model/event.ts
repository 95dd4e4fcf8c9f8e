// Made from schema/event.schema.json by `npm run generate`.
import type { Plan } from './plan.ts';
import type {
  Blame,
  FileChange,
  HandedOver,
  IntegrationConflict,
  KeptBranch,
  KeptWorktree,
  Note,
  Output,
  OutsideChange,
  ResumedTask,
  Review,
  Stray,
} from './report.ts';

/**
 * What happens in a run, one JSON document a line in events.ndjson. A report is a fold over these. Every event has `at`, milliseconds after the start of the run.
 */
export type Event =
  | RunStarted
  | TaskWaiting
  | TaskStarted
  | TaskOutput
  | TaskVerifying
  | TaskReviewed
  | TaskNoted
  | TaskHandedOver
  | TaskRetrying
  | TaskAsking
  | TaskAnswered
  | WorkspaceReady
  | WorkspaceDenied
  | TaskRan
  | TaskIntegrating
  | TaskCollided
  | TaskFinished
  | RunStopping
  | TaskStrayed
  | TaskReachedOutside
  | TreeRestored
  | RunCleaned
  | ValidationStarted
  | ValidationOutput
  | ValidationFinished
  | ValidationReplaying
  | ValidationBlamed
  | RunFinished;

/**
 * The run begins: everything a reader needs to follow it.
 */
export interface RunStarted {
  type: 'run-started';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  schemaVersion: 2;
  id: string;
  /**
   * ISO 8601, UTC.
   */
  startedAt: string;
  /**
   * The process that runs it: while it lives, a journal without an end is that of a run that still goes on.
   */
  pid: number;
  root: string;
  concurrency: number;
  /**
   * How results reach the repository.
   */
  integrate: 'apply' | 'merge' | 'branches';
  plan: Plan;
  /**
   * Durations remembered from earlier runs, by task.
   */
  expectedMs: {
    [k: string]: number;
  };
  /**
   * The names of the validation steps.
   */
  validation: string[];
  resume?: Resume;
}
/**
 * The run goes on from an earlier one.
 */
export interface Resume {
  run: string;
  tasks: ResumedTask[];
}
/**
 * The task could start but for resources that others hold.
 */
export interface TaskWaiting {
  type: 'task-waiting';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  resources: string[];
}
/**
 * An attempt of the task begins.
 */
export interface TaskStarted {
  type: 'task-started';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * Counted from 1.
   */
  attempt: number;
  /**
   * The agent that does it.
   */
  agent?: string;
  /**
   * The file with the prompt, relative to the folder of the run.
   */
  prompt?: string;
}
/**
 * The task printed something. Only for those who watch: the journal leaves it out, the whole output stands in the task's .out file.
 */
export interface TaskOutput {
  type: 'task-output';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  text: string;
}
/**
 * The commands have ended well, the acceptance check begins.
 */
export interface TaskVerifying {
  type: 'task-verifying';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * The agent that reviews.
   */
  agent?: string;
}
/**
 * The acceptance check has its result.
 */
export interface TaskReviewed {
  type: 'task-reviewed';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  review: Review;
}
/**
 * The task has told something of itself through PTASK_LOG.
 */
export interface TaskNoted {
  type: 'task-noted';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  notes: Note[];
}
/**
 * The task has passed, and hands values and notes to those that need it.
 */
export interface TaskHandedOver {
  type: 'task-handed-over';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  outputs: HandedOver[];
  /**
   * What of PTASK_OUTPUT could not be understood.
   */
  problems: string[];
}
/**
 * An attempt failed and another will follow.
 */
export interface TaskRetrying {
  type: 'task-retrying';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * The attempt that failed.
   */
  attempt: number;
  reason: string;
  delayMs: number;
  /**
   * What had changed by then of the files that it declares to write.
   */
  filesChanged?: FileChange[];
}
/**
 * The task has failed, and somebody is asked what to do about it. Its time stands still until the answer.
 */
export interface TaskAsking {
  type: 'task-asking';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * Why it failed.
   */
  reason: string;
}
/**
 * The answer has come, or the run stops and no answer counts any more.
 */
export interface TaskAnswered {
  type: 'task-answered';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  choice: 'continue' | 'retry' | 'rollback' | 'abort';
}
/**
 * The task has a worktree of its own to work in.
 */
export interface WorkspaceReady {
  type: 'workspace-ready';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * Absolute.
   */
  path: string;
  branch: string;
  /**
   * An earlier task has left it.
   */
  reused: boolean;
  durationMs: number;
}
/**
 * No worktree could be made for the task. It takes turns in the shared tree with the tasks that it conflicts with.
 */
export interface WorkspaceDenied {
  type: 'workspace-denied';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  /**
   * A sentence without a full stop.
   */
  reason: string;
}
/**
 * The command of an isolated task has ended well. It waits for its turn to be integrated.
 */
export interface TaskRan {
  type: 'task-ran';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
}
/**
 * What the task did in its worktree is being merged into the shared tree.
 */
export interface TaskIntegrating {
  type: 'task-integrating';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
}
/**
 * What the task did does not fit to what others have done since it began.
 */
export interface TaskCollided {
  type: 'task-collided';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  conflicts: IntegrationConflict[];
}
/**
 * The task has its result. Each planned task gets exactly one.
 */
export interface TaskFinished {
  type: 'task-finished';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  status: 'passed' | 'failed' | 'skipped' | 'cancelled' | 'rolled-back';
  reason?: string;
  /**
   * The failed task on whose account.
   */
  because?: string;
  exitCode: number | null;
  signal?: string;
  durationMs: number;
  attempts: number;
  filesChanged: FileChange[];
  /**
   * What it had changed before that was put back, or dropped with its worktree.
   */
  undone?: FileChange[];
  verify?: 'passed' | 'failed';
  output: Output;
  /**
   * The branch on which an isolated task has worked.
   */
  branch?: string;
  /**
   * What it changed outside its `writes`.
   */
  strays: Stray[];
}
/**
 * Nothing more is started and what runs is stopped.
 */
export interface RunStopping {
  type: 'run-stopping';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  /**
   * abort: a task failed whose onFailure is abort. collision: results do not fit together and nobody may decide. interrupt: somebody asked for it.
   */
  reason: 'abort' | 'interrupt' | 'collision';
  task?: string;
  signal?: string;
}
/**
 * Files outside of all that is declared have changed in the shared tree while the task ran. Told when every task is over.
 */
export interface TaskStrayed {
  type: 'task-strayed';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  strays: Stray[];
}
/**
 * The task has changed, or may have, something beyond the tree that it works in. Told when every task is over.
 */
export interface TaskReachedOutside {
  type: 'task-reached-outside';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  id: string;
  changes: OutsideChange[];
}
/**
 * The shared tree was put back as it was before these tasks.
 */
export interface TreeRestored {
  type: 'tree-restored';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  tasks: string[];
  /**
   * How many files had to be put back.
   */
  files: number;
  /**
   * Changed outside all that the tasks declare to write, so perhaps by a person: left as they are.
   */
  left: string[];
}
/**
 * What the run had made for itself is gone again.
 */
export interface RunCleaned {
  type: 'run-cleaned';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  worktrees: number;
  branches: number;
  /**
   * Branches that are kept, and why.
   */
  kept: KeptBranch[];
  /**
   * Worktrees that are kept, and why.
   */
  keptWorktrees?: KeptWorktree[];
  /**
   * What could not be removed, and what is gone with the worktrees, a sentence each without a full stop.
   */
  problems: string[];
  /**
   * Why the results were not committed, though `integrate: merge` asks for it: they are in the files, and on branches.
   */
  uncommitted?: string;
}
/**
 * A validation step begins.
 */
export interface ValidationStarted {
  type: 'validation-started';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
}
/**
 * A validation step printed something. Not in the journal, like task-output.
 */
export interface ValidationOutput {
  type: 'validation-output';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
  text: string;
}
/**
 * A validation step has its result.
 */
export interface ValidationFinished {
  type: 'validation-finished';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  reason?: string;
  exitCode: number | null;
  durationMs: number;
  output: Output;
  log: string;
}
/**
 * A validation step that failed is about to be run again in a scratch worktree, to find out which tasks broke it.
 */
export interface ValidationReplaying {
  type: 'validation-replaying';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
  /**
   * Counted from 1.
   */
  replay: number;
  /**
   * How many tasks' results are there.
   */
  tasks: number;
}
/**
 * It was looked for which tasks broke a validation step.
 */
export interface ValidationBlamed {
  type: 'validation-blamed';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
  name: string;
  blame: Blame;
}
/**
 * Everything has ended.
 */
export interface RunFinished {
  type: 'run-finished';
  /**
   * Milliseconds after the start of the run.
   */
  at: number;
}
