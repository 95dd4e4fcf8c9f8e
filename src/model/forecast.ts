// What the cache would have of a task, were it run now. Types.

export interface Forecast {
  id: string;
  /** `unknown`: as long as a task before it has not run. `off`: it is not cached. */
  state: 'hit' | 'miss' | 'unknown' | 'off';
  /** The digest of its Action, 64 hexadecimal digits. */
  key?: string;
  /** The hit is one of the remote cache. */
  isRemote?: true;
  /** Why it is no hit, a clause each. */
  because: string[];
  /** Of a hit: how long the task took, and when its result was kept, in milliseconds since 1970. */
  savedMs?: number;
  storedAt?: number;
  /** How many files its key is made from. */
  inputs?: number;
}
