// Words that a config does not know, and what is to be said about them.

/** Keys of the contract that have no code yet; a person who writes one should read that, and not a guess. */
const COMING = new Set('include inputs outputs cache'.split(' '));

/** What the same thing is called by other runners, in small letters and without dashes. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  cmd: 'run',
  cmds: 'run',
  command: 'run',
  commands: 'run',
  exec: 'run',
  script: 'run',
  scripts: 'run',
  steps: 'run',
  after: 'needs',
  dependencies: 'needs',
  depends: 'needs',
  dependson: 'needs',
  deps: 'needs',
  requires: 'needs',
  wants: 'needs',
  files: 'reads',
  sources: 'reads',
  generates: 'writes',
  produces: 'writes',
  targets: 'writes',
  directory: 'cwd',
  dir: 'cwd',
  workdir: 'cwd',
  workingdirectory: 'cwd',
  environment: 'env',
  variables: 'env',
  vars: 'env',
  envfile: 'dotenv',
  locks: 'resources',
  mutex: 'resources',
  check: 'verify',
  test: 'verify',
  review: 'verify',
  reviewer: 'verify',
  constraints: 'requirements',
  rules: 'requirements',
  retries: 'retry',
  attempts: 'retry',
  desc: 'description',
  summary: 'description',
  jobs: 'tasks',
  parallel: 'concurrency',
  maxparallel: 'concurrency',
  workers: 'concurrency',
};

export const isComing = (key: string): boolean => COMING.has(key);

/** The key, of those known here, that stands for what other runners call `word`. */
export function knownElsewhere(word: string, known: readonly string[]): string | undefined {
  const plain = word.toLowerCase().replace(/[-_]/g, '');
  const ours = Object.hasOwn(ELSEWHERE, plain) ? ELSEWHERE[plain] : undefined;
  return ours !== undefined && known.includes(ours) ? ours : undefined;
}
