// Compilers and checkers of other languages than JavaScript. What they are is not among what is installed in the repository, so
// their versions count.

import { literalPattern } from '../../plan/patterns/index.ts';
import { below, inFolder } from '../read/repository.ts';
import {
  type AllIn,
  type Args,
  type Facts,
  fixer,
  NEVER_ENDS,
  type Place,
  type Read,
  type Tool,
  task,
  type Verdict,
} from './tool.ts';

const GO = { version: 'go version' };

/** Tests and what is embedded may read any file; a compiler reads sources alone. */
function goReads(place: Place, isForTests: boolean): Read[] {
  const { folder } = place.package;
  const embeds = [...place.repository.files(folder)].some(
    (path) => path.endsWith('.go') && /^\/\/go:embed /m.test(place.repository.text(path) ?? ''),
  );
  if (isForTests || embeds) return [{ all: folder }];
  return [{ all: folder, extensions: 'go' }, below(folder, 'go.mod'), below(folder, 'go.sum')];
}

const go: Tool = {
  programs: ['go'],
  judge({ args }, place) {
    const [command, ...rest] = args.words;
    const given = new Set(rest);
    if (command === 'build') {
      const output = args.value('-o');
      const path = output === undefined ? undefined : inFolder(place.package.folder, output);
      // Of several packages nothing is kept.
      const isOnlyChecked = output === undefined && given.has('./...');
      if (path === undefined && !isOnlyChecked) return undefined;
      return task({
        role: path === undefined ? 'check' : 'build',
        reads: goReads(place, false),
        writes: path === undefined ? [] : [outputAt(path, output ?? '')],
        ...GO,
      });
    }
    if (command === 'vet') return task({ role: 'check', reads: goReads(place, false), writes: [], ...GO });
    if (command === 'test') {
      const profile = args.value('-coverprofile', '--coverprofile');
      const path = profile === undefined ? undefined : inFolder(place.package.folder, profile);
      return task({
        role: 'check',
        reads: goReads(place, true),
        writes: path === undefined ? [] : [literalPattern(path)],
        ...GO,
      });
    }
    if (command === 'fmt' || command === 'fix') return fixer();
    if (command === 'run') return undefined;
    if (command === 'mod' || command === 'get' || command === 'install')
      return { kind: 'off', why: 'it changes the setup' };
    return undefined;
  },
};

const outputAt = (path: string, written: string): string =>
  written.endsWith('/') ? `${literalPattern(path)}/**` : literalPattern(path);

interface Checker {
  programs: string[];
  extensions?: string;
  configs: string[];
  fixes?(args: Args): boolean;
  /** Undefined where it is nothing of this kind. */
  is?(args: Args): boolean;
  version: string;
}

const CHECKERS: Checker[] = [
  { programs: ['gofmt', 'goimports'], extensions: 'go', configs: [], fixes: (args) => args.has('-w'), ...GO },
  {
    programs: ['golangci-lint', 'staticcheck'],
    extensions: 'go',
    configs: ['go.mod', 'go.sum', '.golangci.yml', '.golangci.yaml', '.golangci.toml'],
    fixes: (args) => args.has('--fix'),
    ...GO,
  },
  { programs: ['pytest'], configs: [], version: 'python3 --version' },
  {
    programs: ['mypy', 'flake8', 'pylint', 'pyright'],
    extensions: 'py,pyi',
    configs: [
      'pyproject.toml',
      'setup.cfg',
      'mypy.ini',
      '.flake8',
      '.pylintrc',
      'tox.ini',
      'pyrightconfig.json',
    ],
    version: 'python3 --version',
  },
  {
    programs: ['black', 'isort'],
    extensions: 'py,pyi',
    configs: ['pyproject.toml', 'setup.cfg', '.isort.cfg'],
    fixes: (args) => !args.has('--check', '--check-only', '-c', '--diff'),
    version: 'python3 --version',
  },
  {
    programs: ['ruff'],
    extensions: 'py,pyi',
    configs: ['pyproject.toml', 'ruff.toml', '.ruff.toml'],
    fixes: (args) => args.has('--fix') || (args.words[0] === 'format' && !args.has('--check', '--diff')),
    is: ({ words }) => /^(?:check|format)$/.test(words[0] ?? ''),
    version: 'ruff --version',
  },
  {
    programs: ['shellcheck'],
    extensions: 'sh,bash',
    configs: ['.shellcheckrc'],
    version: 'shellcheck --version',
  },
];

const checkers: Tool[] = CHECKERS.map(({ programs, extensions, configs, fixes, is, version }) => ({
  programs,
  judge({ args }, { repository, package: { folder } }): Verdict | undefined {
    if (is?.(args) === false) return undefined;
    const isFixer = fixes?.(args) ?? false;
    if (!isFixer && args.has('--watch', '-w')) return NEVER_ENDS;
    const all: AllIn = { all: folder, ...(extensions !== undefined && { extensions }) };
    const there = configs.map((name) => below(folder, name)).filter((path) => repository.has(path));
    const reads = [all, ...there];
    return isFixer ? fixer({ reads, files: [all] }) : task({ role: 'check', reads, writes: [], version });
  },
}));

const cargo: Tool = {
  programs: ['cargo'],
  judge({ args }, place) {
    const [command] = args.words;
    if (command === 'run' || command === 'watch') return NEVER_ENDS;
    if (command === 'fmt' && !args.has('--check')) return fixer();
    if (command === 'publish') return { kind: 'off', why: 'it publishes' };
    if (!['build', 'test', 'check', 'clippy', 'fmt', 'doc', 'nextest', 'b', 't', 'c'].includes(command ?? ''))
      return undefined;
    if (args.has('--fix')) return fixer();
    const { folder } = place.package;
    const sources: Facts = {
      role: command === 'build' || command === 'b' ? 'build' : 'check',
      reads: [{ all: folder }],
      // All of them go on from what they find in target: cargo is a cache of its own.
      writes: command === 'fmt' ? [] : [`${below(folder, 'target')}/**`],
      keepsOutputs: command !== 'fmt',
      version: 'cargo --version',
    };
    return task(sources);
  },
};

const compilers: Tool = {
  programs: ['cc', 'gcc', 'clang', 'c++', 'g++', 'clang++'],
  judge({ program, args }, place) {
    const output = args.value('-o');
    const path = output === undefined ? undefined : inFolder(place.package.folder, output);
    if (path === undefined) return undefined;
    const reads: Read[] = [{ all: place.package.folder, extensions: 'c,h,cc,hh,cpp,hpp,cxx,hxx,inc' }];
    const objects = args
      .plain('-o')
      .filter((word) => /\.(?:o|a)$/.test(word))
      .flatMap((word) => inFolder(place.package.folder, word) ?? []);
    return task({
      role: 'build',
      reads: [...reads, ...objects],
      writes: [literalPattern(path)],
      version: `${program} --version`,
    });
  },
};

export const languages: Tool[] = [go, cargo, ...checkers, compilers];
