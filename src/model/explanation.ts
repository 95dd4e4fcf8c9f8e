// What `ptask explain --json` prints. Written by hand: no schema is published for it yet.

import type { Edge } from './task-pairs.ts';

/** Whether two tasks can run together, and why. */
export interface Explanation {
  schemaVersion: 1;
  /** As they were asked for. */
  tasks: [string, string];
  /**
   * What the plan of all tasks does with the two: one after the other, never at once in whichever order, at once each
   * in a worktree, at once as they are; or there is no plan since the two write the same and the policy is `error`.
   */
  verdict: 'ordered' | 'excluded' | 'isolated' | 'at-once' | 'refused';
  /** With `ordered`: who runs first, and the edges from that task to the other. */
  order?: { by: 'needs' | 'hazard' | 'sequence'; first: string; path: Edge[] };
  /** Where what they declare meets: those who write first, patterns in the order of declaration. */
  meetings: ExplainedMeeting[];
  /** How many pairs of patterns have not been looked at, in lists so long that it would never end. */
  unseen: number;
  /** What both use. */
  resources: SharedResource[];
  /** The policy for what both write, and whose own it is; nobody's own is the config's. */
  policy: { conflicts: 'auto' | 'isolate' | 'serialize' | 'error' | 'allow'; of: string[] };
  /** Which of the two may see the state from before. */
  snapshotReads: string[];
  /** Which of the two are raw: nothing runs beside them. */
  raw: string[];
  /** Which of the two declare neither reads nor writes, and so are taken to touch nothing. */
  undeclared: string[];
  /** What would change it, most fitting first, a phrase each. */
  fixes: string[];
}

export interface ExplainedMeeting {
  kind: 'write-write' | 'write-read';
  /** In the order of the tasks. */
  sides: [ExplainedSide, ExplainedSide];
  /** A path that both patterns match. */
  witness?: string;
  /** The files of today that both match. */
  files: { count: number; sample: string[] };
  /** Whether they touch a file of today, or only could. */
  basis: 'existing' | 'possible';
  /** False where it could not be decided and counts as meeting. */
  exact: boolean;
  reason?: string;
  /** No path that both match: a file to the one, a folder to the other. */
  clash?: { file: string; below: string };
}

export interface ExplainedSide {
  task: string;
  access: 'reads' | 'writes';
  pattern: string;
  /** Where the pattern stands. */
  place: { file: string; line: number; column: number };
}

export interface SharedResource {
  name: string;
  /** How each uses it: `read`, `write`, or how many. */
  uses: [string, string];
  /** Units there are of a counted one. */
  capacity?: number;
  /** Whether the two uses alone rule each other out. */
  clash: boolean;
}
