// A command of a script to what is known of it: which program it really starts, and what the file of that program says.

import type { SimpleCommand } from '../read/shell.ts';
import { wordList } from '../read/values.ts';
import { bundlers } from './bundlers.ts';
import { fileTools } from './files.ts';
import { generators } from './generators.ts';
import { languages } from './languages.ts';
import { linters } from './linters.ts';
import { others } from './packaging.ts';
import { browserTests, testRunners } from './tests.ts';
import { Args, outputFolder, type Place, type Tool, type Verdict } from './tool.ts';
import { typescript } from './typescript.ts';

const TOOLS: readonly Tool[] = [
  typescript,
  ...linters,
  ...testRunners,
  ...browserTests,
  ...bundlers,
  ...generators,
  ...languages,
  ...fileTools,
  ...others,
];

const byProgram = new Map<string, Tool[]>();
for (const tool of TOOLS)
  for (const program of tool.programs) byProgram.set(program, [...(byProgram.get(program) ?? []), tool]);

/** Words that start another command, with the flags of their own that take a value. */
const WRAPPERS: Record<string, string[]> = {
  npx: ['-p', '--package', '-c', '--call'],
  bunx: [],
  'cross-env': [],
  'cross-env-shell': [],
  env: ['-u'],
  time: [],
  dotenv: ['-e', '-c', '-v'],
  shx: [],
  uvx: [],
};

/** Those that take the name of a program after a word of their own. */
const EXEC = /^(?:pnpm|npm|yarn|bun)$/;

export interface Command extends SimpleCommand {
  program: string;
  args: Args;
  /** What measures the coverage of another program, and leaves a folder of it. */
  coverage?: Args;
}

const COVERAGE_FLAGS = wordList(
  '-r --reporter --reports-dir --report-dir -o -x --exclude -n --include --lines',
);

/** Without what only leads to the program: `npx`, `cross-env A=b`, `pnpm exec`, paths into node_modules. */
export function unwrapped({ env, words, text }: SimpleCommand): Command {
  const given = { ...env };
  let rest = words;
  for (;;) {
    const [first = '', second = ''] = rest;
    const withValue = WRAPPERS[first];
    if (withValue !== undefined) rest = afterFlags(rest.slice(1), withValue);
    else if (EXEC.test(first) && /^(?:exec|x|dlx)$/.test(second)) rest = afterFlags(rest.slice(2), []);
    else if (/^(?:poetry|uv|pipenv|rye|hatch|pdm)$/.test(first) && second === 'run')
      rest = afterFlags(rest.slice(2), []);
    else if (/^python3?$/.test(first) && second === '-m') rest = rest.slice(2);
    else if (/^\w+=/.test(first)) {
      const [name = '', value = ''] = first.split(/=(.*)/s);
      given[name] = value;
      rest = rest.slice(1);
    } else break;
  }
  const [program = '', ...args] = rest;
  const [, bin] = /^(?:\.\/)?node_modules\/(?:\.bin\/)?([\w.-]+)/.exec(program) ?? [];
  if (program === 'c8' || program === 'nyc') {
    const inner = unwrapped({ env: given, words: afterFlags(args, COVERAGE_FLAGS), text });
    return { ...inner, coverage: new Args(args.slice(0, args.length - inner.words.length)) };
  }
  return { program: bin ?? program, args: new Args(args), env: given, words: rest, text };
}

function afterFlags(words: readonly string[], withValue: readonly string[]): string[] {
  let at = 0;
  while (words[at]?.startsWith('-')) {
    if (words[at] === '--') return words.slice(at + 1);
    at += withValue.includes(words[at] as string) ? 2 : 1;
  }
  return words.slice(at);
}

/** Undefined where nothing is known of it. */
export function judge(command: Command, place: Place): Verdict | undefined {
  for (const tool of byProgram.get(command.program) ?? []) {
    const verdict = tool.judge(command, place);
    if (verdict?.kind === 'task' && command.coverage !== undefined)
      return measured(verdict, command.coverage, place);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function measured({ facts }: Extract<Verdict, { kind: 'task' }>, args: Args, place: Place): Verdict {
  const folder = outputFolder(place, args.value('--reports-dir', '--report-dir', '-o') ?? 'coverage');
  const writes = facts.writes === undefined || folder === undefined ? undefined : [...facts.writes, folder];
  return { kind: 'task', facts: { ...facts, writes } };
}
