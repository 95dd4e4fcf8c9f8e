// Made from schema/parallel.config.schema.json by `npm run generate`.

/**
 * What to do when an isolated task's result does not fit to what others have done: run it again on their result, which gives what one after the other would have given; keep what is there (ours), take the task's (theirs), keep the lines of both (union), ask a command, or abort.
 */
export type OnCollision =
  | string
  | {
      /**
       * Resolves one path. It gets PTASK_PATH, and the files PTASK_BASE, PTASK_OURS and PTASK_THEIRS to read, and writes the result to PTASK_RESULT. An exit code other than 0 leaves the collision unresolved.
       */
      run?: string | string[];
      /**
       * How often one task may run again on account of such paths; 3 times where nothing is said. When that is used up, or when the same conflict comes back though nothing was integrated in between, the task fails: its changes are kept on a branch, and the run goes on.
       */
      rerun?: number;
    }
  | PathUse[];
/**
 * What to do there.
 */
export type Resolution =
  | string
  | {
      /**
       * Resolves one path. It gets PTASK_PATH, and the files PTASK_BASE, PTASK_OURS and PTASK_THEIRS to read, and writes the result to PTASK_RESULT. An exit code other than 0 leaves the collision unresolved.
       */
      run?: string | string[];
      /**
       * How often one task may run again on account of such paths; 3 times where nothing is said. When that is used up, or when the same conflict comes back though nothing was integrated in between, the task fails: its changes are kept on a branch, and the run goes on.
       */
      rerun?: number;
    };
/**
 * The acceptance check of the task, run right after it in the same place: commands, or an agent that reviews it. When it fails, the task needs fixes: it is tried again where it has retries left, and has failed otherwise.
 */
export type Verify =
  | string
  | {
      /**
       * The agent that reviews what the task has done.
       */
      agent: string;
      /**
       * What it is to look at, besides what the task was to do.
       */
      prompt?: string;
      /**
       * What it is to do, step by step.
       */
      instructions?: string[];
    }
  | string[];
/**
 * How often to try again after a failure, with a growing wait in between.
 */
export type Retry =
  | number
  | {
      /**
       * How often the task is tried again after it failed.
       */
      times: number;
      /**
       * The wait before the first retry. It doubles with each further one, up to 30 s.
       */
      delay?: string;
    };

/**
 * The tasks of a repository, what each runs, reads, writes and needs, for ptask.
 */
export interface WrittenConfig {
  /**
   * Where an editor finds this schema, for completion in JSON configs. ptask itself does not read it.
   */
  $schema?: string;
  /**
   * How many tasks may run at once: a number, a share of the cores such as 50%, or auto for as many as the cores this process may use.
   */
  concurrency?: number | string;
  /**
   * How the tasks are run. auto takes the best that is safe; the others force one, and are refused with the reason where it would be unsafe.
   */
  strategy?: 'auto' | 'parallel' | 'worktrees' | 'phased' | 'sequential';
  /**
   * What to do when two tasks may write the same path: isolate them where git can merge the results, serialize them in the order of declaration, stop with an error, or allow it.
   */
  conflicts?: 'isolate' | 'serialize' | 'error' | 'allow';
  /**
   * What a failed task means: continue skips only the tasks that need it; rollback also puts back what it changed; abort stops everything and puts the tree back as it was before the run; ask lets a person choose, in a terminal.
   */
  onFailure?: 'continue' | 'rollback' | 'abort' | 'ask';
  onCollision?: OnCollision;
  /**
   * apply leaves them as uncommitted changes, as if the tasks had run in place. merge makes a commit for each task and merges them into the current branch. branches leaves a branch task/<id> for each and changes no file.
   */
  integrate?: 'apply' | 'merge' | 'branches';
  /**
   * What to do when a task changes a file that its `writes` do not cover: tell, fail the task, or say nothing.
   */
  strays?: 'warn' | 'error' | 'ignore';
  /**
   * The worktrees of isolated tasks.
   */
  worktrees?: {
    /**
     * Where they are made, relative to the config. By default beside the repository.
     */
    dir?: string;
    /**
     * Files that git ignores and that are copied into each, such as .env. Those that .worktreeinclude lists are copied as well.
     */
    copy?: string[];
    /**
     * What git ignores and is linked into each, such as node_modules, relative to the config.
     */
    link?: string[];
    /**
     * The shell command, or the commands, that run in each worktree before the task does.
     */
    setup?: string | string[];
    /**
     * Which worktrees are kept when the run is over: never removes them all, failed keeps those of tasks that failed, to be looked at. `ptask clean` lists them. A worktree whose changes could not be collected is always kept.
     */
    keep?: 'never' | 'failed';
  };
  /**
   * Wait for a whole phase to end before the next begins. By default a task starts as soon as what it waits for is done.
   */
  barrier?: boolean;
  /**
   * The shell that runs every command. sh is /bin/sh, on Windows cmd.exe. bash and zsh run with pipefail. A command of several lines ends with the first line that fails, in every shell but cmd.exe.
   */
  shell?: 'sh' | 'bash' | 'zsh';
  /**
   * What is kept of what a task prints.
   */
  output?: {
    /**
     * How much of one task's output its log holds. Of more the beginning and the end are kept, and the log says how much is left out in the middle.
     */
    limit?: string;
  };
  /**
   * Environment variables for every task. They win over the ones ptask was started with and over dotenv files.
   */
  env?: {
    /**
     * The value of the variable. A number is passed on as it is written.
     */
    [k: string]: string | number | boolean;
  };
  /**
   * Files of NAME=value lines, relative to the config, read into the environment of every task where the variable is not set already. A missing file is skipped.
   */
  dotenv?: string[];
  /**
   * Environment variables whose values are masked wherever ptask writes what a task has said. Those with TOKEN, SECRET, PASSWORD, KEY and the like in their names, and passwords in URLs, are masked as well.
   */
  secrets?: string[];
  /**
   * How many units there are of each counted resource. A resource that is not listed here is exclusive among its writers and shared among its readers.
   */
  resources?: {
    /**
     * How many units of this resource may be in use at once.
     */
    [k: string]: number;
  };
  /**
   * The agents that tasks name, by name.
   */
  agents?: {
    [k: string]: Agent;
  };
  /**
   * The tasks, by name. Their order is the order of declaration, which decides between tasks that conflict.
   */
  tasks: {
    [k: string]: Task;
  };
  /**
   * Checks of the whole result, run once every task has passed.
   */
  validate?: ValidateStep[];
  /**
   * What to do when a validation step fails: report says which one. bisect also finds the task, or the pair of tasks, that broke it, by replaying the tasks in a scratch worktree.
   */
  validation?: 'report' | 'bisect';
}
export interface PathUse {
  /**
   * The paths it is for: one or more globs. The first entry of the list that matches a path counts; a path that none matches is resolved by rerun.
   */
  path: string[];
  use: Resolution;
}
/**
 * A program that reads what it is to do and does it.
 */
export interface Agent {
  /**
   * The shell command, or the commands one after the other. Each gets the composed prompt on its standard input, and in the file that PTASK_PROMPT_FILE names.
   */
  run: string | string[];
  /**
   * Environment variables for this agent. Those of a task win over them.
   */
  env?: {
    /**
     * The value of the variable. A number is passed on as it is written.
     */
    [k: string]: string | number | boolean;
  };
}
/**
 * One unit of work: what it runs and what it touches.
 */
export interface Task {
  /**
   * What the task does, for people.
   */
  description?: string;
  /**
   * The shell command, or the commands one after the other; the first that fails fails the task. A task without run only gathers the tasks it needs.
   */
  run?: string | string[];
  /**
   * The agent that does the task, instead of `run`.
   */
  agent?: string;
  /**
   * What the agent is to do.
   */
  prompt?: string;
  /**
   * What the agent is to do, step by step.
   */
  instructions?: string[];
  /**
   * What the agent has to keep to.
   */
  requirements?: string[];
  /**
   * The files the task reads, as globs relative to the config; a folder is all that is in it, a leading ! excludes.
   */
  reads?: string[];
  /**
   * The files the task creates, changes or deletes, as globs relative to the config; a folder is all that is in it, a leading ! excludes.
   */
  writes?: string[];
  /**
   * Tasks that must have passed before this one starts.
   */
  needs?: string[];
  /**
   * Named things other than files that the task uses, such as a database or a licence.
   */
  resources?: {
    /**
     * read shares the resource with other readers, write has it alone, a number takes that many units of a counted one.
     */
    [k: string]: string | number;
  };
  /**
   * The folder the commands run in, relative to the config.
   */
  cwd?: string;
  /**
   * The shell that runs the task's commands, instead of the config's.
   */
  shell?: 'sh' | 'bash' | 'zsh';
  /**
   * Environment variables for this task, which win over all others.
   */
  env?: {
    /**
     * The value of the variable. A number is passed on as it is written.
     */
    [k: string]: string | number | boolean;
  };
  verify?: Verify;
  /**
   * How long one attempt, its verify included, may take before it is stopped. 0s means no limit.
   */
  timeout?: string;
  /**
   * What is kept of what the task prints, instead of the config's own.
   */
  output?: {
    /**
     * How much of its output its log holds, as in the config's own.
     */
    limit?: string;
  };
  retry?: Retry;
  /**
   * What a failure of this task means for the others, instead of the config's onFailure.
   */
  onFailure?: 'continue' | 'rollback' | 'abort' | 'ask';
  /**
   * The policy for this task's write-write conflicts, instead of the config's. Where both tasks of a pair set one, the stricter counts: error, serialize, isolate, allow.
   */
  conflicts?: 'isolate' | 'serialize' | 'error' | 'allow';
  /**
   * auto isolates it in a git worktree where it conflicts with another that may run at the same time. shared never does, worktree always.
   */
  workspace?: 'auto' | 'shared' | 'worktree';
  /**
   * What to do when it changes a file that its `writes` do not cover. By default what the config says.
   */
  strays?: 'warn' | 'error' | 'ignore';
  /**
   * Remember the state after it has passed, so that ptask run --resume can go on from there. Under the strategy sequential every task does.
   */
  checkpoint?: boolean;
  /**
   * The task may see the state from before the tasks it runs beside: what they write is no reason to wait.
   */
  snapshotReads?: boolean;
}
/**
 * One check of the whole result.
 */
export interface ValidateStep {
  /**
   * What the step is called on the screen and in the report.
   */
  name: string;
  /**
   * The shell command, or the commands one after the other.
   */
  run: string | string[];
  /**
   * Run the step only when this holds.
   */
  when?: {
    /**
     * Run the step only when this run has changed a file that one of these globs matches.
     */
    changed: string[];
  };
  /**
   * Steps that come before this one. It is skipped when one of them fails.
   */
  needs?: string[];
  /**
   * How long the step may take. 0s means no limit.
   */
  timeout?: string;
}
