// Words that a config does not know, and what is to be said about them.

/** Keys of the contract that have no code yet; a person who writes one should read that, and not a guess. */
const COMING = new Set(['include']);

/** What other runners call the same thing, in small letters and without dashes. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  run: 'cmd cmds command commands exec script scripts steps',
  needs: 'after dependencies depends dependson deps requires wants',
  reads: 'files inputs sources',
  writes: 'generates outputs produces targets',
  cwd: 'directory dir workdir workingdirectory',
  env: 'environment variables vars',
  dotenv: 'envfile',
  resources: 'locks mutex',
  verify: 'check test review reviewer',
  requirements: 'constraints rules',
  retry: 'retries attempts',
  raw: 'interactive tty stdin',
  description: 'desc summary',
  service: 'background daemon persistent server',
  ready: 'healthcheck readiness readinessprobe readywhen',
  tasks: 'jobs pipeline targets',
  concurrency: 'parallel maxparallel workers',
};

export const isComing = (key: string): boolean => COMING.has(key);

/** The key of a task that is meant where another is given globs: what a task prints is `output` here, and its files elsewhere. */
export const meantByValue = (key: string, value: unknown): string | undefined =>
  key === 'output' && (typeof value === 'string' || Array.isArray(value)) ? 'writes' : undefined;

/** The key, of those known here, that stands for what other runners call `word`. */
export function knownElsewhere(word: string, known: readonly string[]): string | undefined {
  const plain = word.toLowerCase().replace(/[-_]/g, '');
  return known.find((ours) => ELSEWHERE[ours]?.split(' ').includes(plain));
}
