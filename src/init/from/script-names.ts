// What the name of a script says, where its commands do not.

import { wordList } from '../read/values.ts';
import type { Role } from '../tools/tool.ts';

/** npm starts these by itself. */
const LIFECYCLE = new Set(
  wordList(`
    preinstall install postinstall prepare preprepare postprepare prepublish prepublishOnly prepack postpack
    preversion version postversion dependencies prerestart restart postrestart pnpm:devPreinstall stop
  `),
);

/** Why scripts are left out that only make room: others may call them all the same. */
export const REMOVES = 'removes files';

/** By the first part of a name, or by any: `lint:watch`. */
const BY_FIRST: [names: RegExp, why: string][] = [
  [/^(?:dev|develop|start|run|serve|server|preview|storybook|up|down)$/, 'never ends'],
  [/^(?:help|usage|default-help)$/, 'only prints'],
  [/^(?:clean|clear|purge|reset|nuke|wipe|distclean)$/, REMOVES],
  [/^(?:release|publish|deploy|prerelease|ship|bump|changeset|version|tag|promote)$/, 'publishes or deploys'],
  [
    /^(?:console|repl|debug|inspect|ui|open|commit|new|create|init|setup|bootstrap|install|uninstall|deps|tidy|vendor|update|upgrade|eject|codemod)$/,
    'waits for a person or changes the setup',
  ],
  [
    /^(?:db|seed|migrate|migration|docker|compose|infra|tunnel|ssh|login|studio)$/,
    'changes something other than files',
  ],
];
const BY_ANY: [names: RegExp, why: string][] = [
  [/^(?:watch|dev-server|hot)$/, 'never ends'],
  [/^(?:publish|deploy|release)$/, 'publishes or deploys'],
  [/^(?:debug|ui|headed|open|interactive)$/, 'waits for a person or changes the setup'],
];

const partsOf = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[:._/-]/)
    .filter(Boolean);

/** Whether npm starts a script of this name by itself. */
export const isLifecycle = (name: string): boolean => LIFECYCLE.has(name);

/** Why a script is left out, whatever it runs; a clause without its subject. */
export function leftOutByName(name: string): string | undefined {
  const [first = '', ...rest] = partsOf(name);
  const found =
    BY_FIRST.find(([names]) => names.test(first)) ??
    BY_ANY.find(([names]) => [first, ...rest].some((each) => names.test(each)));
  return found?.[1];
}

/** Why a script whose commands say nothing is no part of a run of all tasks. */
export function offByName(name: string): string | undefined {
  const parts = partsOf(name);
  if (parts.some((part) => /^(?:fix|fixes|format|fmt|write)$/.test(part)) && !parts.includes('check'))
    return 'it changes your sources';
  if (parts.some((part) => /^(?:bench|benchmark|benchmarks|profile|perf|analyze|analyse|stats)$/.test(part)))
    return 'it measures, which it does best alone';
  return undefined;
}

/** Whether people call it for what it is for, whatever else there is: a check, a build, the documents. */
export const isUsual = (name: string): boolean => partsOf(name).some((part) => USUAL.test(part));

const USUAL =
  /^(?:tests?|checks?|lint|vet|unit|integration|e2e|specs?|typecheck|types|verify|validate|audit|coverage|ci|build|compile|dist|docs?|gen|generate|codegen|proto)$/;

export function roleByName(name: string): Role {
  const parts = partsOf(name);
  const [first = ''] = parts;
  if (
    /^(?:gen|generate|generated|codegen|proto|protoc|schema|i18n|icons)$/.test(first) ||
    parts.includes('generate') ||
    parts.includes('codegen')
  )
    return 'generate';
  if (/^(?:build|compile|bundle|dist|transpile|docs?|prebuild|pack|assemble|make)$/.test(first))
    return 'build';
  return 'check';
}
