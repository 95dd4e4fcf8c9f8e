// What a schedule says is to be done.

export interface Decision {
  /** Whose results to look for. */
  look?: string[];
  start: string[];
  /** Ready, but for resources that others hold. */
  blocked: { id: string; resources: string[] }[];
  /** What to integrate now; it is integrating from here on. */
  integrate?: string;
  /** Services that nobody needs any more: those that are up or starting, to be stopped. */
  release?: string[];
  /** And those that have not been started, and are not going to be. */
  unneeded?: string[];
  /** Ready, but a service that they need is gone: to be skipped. */
  orphaned?: Fallout[];
}

export interface Fallout {
  id: string;
  /** The failed task on whose account it is skipped, or to be ended. */
  because: string;
  /** It runs, and is to be ended: its service is gone. */
  isRunning?: boolean;
}
