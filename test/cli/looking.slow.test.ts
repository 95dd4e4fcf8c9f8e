// Whoever only looks starts nothing: whatever a repository, or the user's own settings, name for git to start.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, gitProject, type Project } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { type Repo, runGit } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';

const test = suite('cli/looking');

/** Settings of git that name something to start; `trap` and `x` stand for the parts that one may choose. */
const STARTING = [
  ...['core.alternateRefsCommand', 'core.askPass', 'core.editor', 'core.fsmonitor', 'core.gitProxy'],
  ...['core.pager', 'core.sshCommand', 'credential.helper', 'sequence.editor', 'pager.diff', 'pager.log'],
  ...['pager.ls-files', 'pager.config', 'pager.version', 'pager.check-ignore', 'interactive.diffFilter'],
  ...['diff.external', 'diff.trap.command', 'diff.trap.textconv', 'difftool.trap.cmd', 'difftool.trap.path'],
  ...[
    'filter.trap.clean',
    'filter.trap.smudge',
    'merge.trap.driver',
    'mergetool.trap.cmd',
    'mergetool.trap.path',
  ],
  ...[
    'gpg.program',
    'gpg.openpgp.program',
    'gpg.ssh.program',
    'gpg.x509.program',
    'gpg.ssh.defaultKeyCommand',
  ],
  ...['remote.origin.uploadpack', 'remote.origin.receivepack', 'uploadpack.packObjectsHook', 'imap.tunnel'],
  ...['sendemail.ccCmd', 'sendemail.tocmd', 'sendemail.headerCmd', 'sendemail.sendmailCmd', 'web.browser'],
  ...['browser.trap.cmd', 'browser.trap.path', 'man.trap.cmd', 'man.trap.path', 'guitool.trap.cmd'],
  ...['instaweb.browser', 'help.browser', 'trailer.trap.command', 'trailer.trap.cmd', 'tar.trap.command'],
  ...['gc.recentObjectsHook', 'submodule.trap.update'],
];
/** What makes git come to them, and what is no program. */
const OPENING = {
  'log.showSignature': 'true',
  'commit.gpgSign': 'true',
  'extensions.partialClone': 'origin',
  'remote.origin.promisor': 'true',
  'remote.origin.partialclonefilter': 'blob:none',
  'protocol.ext.allow': 'always',
  'color.pager': 'true',
  'diff.tool': 'trap',
  'merge.tool': 'trap',
};
/** Names that look alike and name nothing to start. */
const HARMLESS =
  /^(?:advice|color|column|commit|completion|diff\.(?:gui)?tool|difftool\.(?:prompt|guiDefault|trustExitCode)|fsmonitor\.|fsck|http|merge\.(?:gui)?tool|mergetool\.(?:prompt|hideResolved|keep|writeTo)|receive\.fsck|remote\.<name>\.(?:proxy|vcs)|core\.(?:hooksPath|fsmonitorHookVersion)|gitcvs|rebase|notes|maintenance|clean\.)|^(?:diff|merge)\.<driver>\.(?:cache|name|binary|recursive|x|word)/i;
const LOOKS_STARTING =
  /(?:cmd|command|program|textconv|driver|helper|hook|editor|pager|proxy|smudge|clean|process|fsmonitor|askpass|vcs|uploadpack|receivepack|tunnel|browser)$/i;
const VARIABLES =
  'GIT_EXTERNAL_DIFF GIT_PAGER PAGER GIT_EDITOR EDITOR VISUAL GIT_SEQUENCE_EDITOR GIT_SSH GIT_SSH_COMMAND GIT_ASKPASS SSH_ASKPASS GIT_PROXY_COMMAND'.split(
    ' ',
  );
const HOOKS =
  'applypatch-msg pre-applypatch post-applypatch pre-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive update post-receive post-update reference-transaction post-index-change fsmonitor-watchman pre-auto-gc post-rewrite sendemail-validate push-to-checkout'.split(
    ' ',
  );

const CONFIG = `tasks:
  one: { run: 'echo 1 >> a.txt', writes: [a.txt] }
  two: { run: 'echo 2 >> a.txt', writes: [a.txt] }
  three: { run: 'echo 3 > new.bin', writes: [new.bin] }
`;

interface Trapped {
  made: Project & Repo;
  env: Record<string, string>;
  /** What was started since it was asked last. */
  traces: () => string[];
}

async function trapped(): Promise<Trapped> {
  const made = await gitProject({
    config: CONFIG,
    files: { 'a.txt': 'a\n', 'sub/.gitignore': 'x\n', '.gitignore': '.ptask/\n' },
  });
  expectCode(await made.ptask('run', '--reporter', 'silent'), 0);
  const folder = tempDir();
  const trace = join(folder, 'trace');
  const trap = (name: string): string => {
    const file = join(folder, name.replace(/\W/g, '-'));
    const passesOn = /^filter|textconv$/.test(name);
    const content = `#!/bin/sh\necho ${name} >> ${trace}\n${passesOn ? 'cat "$@"' : 'exit 1'}\n`;
    write(folder, { [name.replace(/\W/g, '-')]: { content, mode: 0o755 } });
    return file;
  };
  const oid = await made.git('rev-parse', 'HEAD:sub/.gitignore');
  // Looked for in the object store, which does not have it: a partial clone would fetch it.
  await made.git('update-index', '--skip-worktree', 'sub/.gitignore');
  rmSync(join(made.dir, 'sub/.gitignore'));
  rmSync(join(made.dir, '.git/objects', oid.slice(0, 2), oid.slice(2)));
  write(made.dir, { '.gitattributes': '* diff=trap filter=trap merge=trap\n*.bin filter=slow\n' });
  for (const hook of HOOKS) made.hook(hook, `echo hook ${hook} >> ${trace}`);
  const settings: [string, string][] = [
    ...STARTING.map((key): [string, string] => [key, trap(key)]),
    ...Object.entries(OPENING),
    ['remote.origin.url', `ext::${trap('remote.origin.url')} %S`],
  ];
  const global = join(folder, 'global');
  for (const [key, value] of settings) {
    await made.git('config', '--file', global, key, value);
    await made.git('config', key, value);
  }
  const variables = Object.fromEntries(VARIABLES.map((name) => [name, trap(name)]));
  return {
    made,
    env: { ...variables, GIT_CONFIG_GLOBAL: global },
    traces: () => {
      const said = exists(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : [];
      rmSync(trace, { force: true });
      return [...new Set(said)];
    },
  };
}

test('the traps are what git starts when it is asked plainly', async () => {
  const { made, env, traces } = await trapped();
  const asked = async (...args: string[]): Promise<string[]> => {
    await runGit(made.dir, args, env).catch(() => '');
    return traces();
  };
  assert.ok((await asked('status')).includes('core.fsmonitor'));
  const diff = ['diff', '--no-index', '--no-ext-diff', '.gitignore', 'a.txt'];
  assert.equal((await asked(...diff)).sort(), ['diff.trap.textconv', 'filter.trap.clean']);
  assert.equal(await asked('cat-file', 'blob', 'HEAD:sub/.gitignore'), ['remote.origin.url']);
});

test('no command that looks starts anything', { timeout: 120_000 }, async () => {
  const { made, env, traces } = await trapped();
  const looks = [
    ...['list', 'list --json', 'check', 'plan', 'plan -v', 'plan --json', 'plan --prompts', 'run --dry-run'],
    ...['explain one two', 'explain one two --json', 'graph', 'graph --format json', 'graph --format dot'],
    ...['log', 'log one', 'log --md', 'log --md one', 'report', 'report --json', 'report --format md'],
    ...['report --format junit', 'report --format html', 'report --format html -o r.html', 'clean'],
  ];
  for (const look of looks) {
    expectCode(await made.ptask(...look.split(' '), { env }), 0);
    assert.equal(traces(), [], look);
  }
  const page = (await made.ptask('report', '--format', 'html', { env })).stdout;
  assert.match(page, 'diff --git a/new.bin b/new.bin', 'the diffs are there');
});

test('all that git lists as something to start is tried', async () => {
  const said = await runGit(tempDir(), ['help', '--config'], hermeticEnv());
  const known = new Set(STARTING.map((key) => key.toLowerCase()));
  const unknown = said
    .split('\n')
    .filter((key) => LOOKS_STARTING.test(key) && !HARMLESS.test(key))
    .filter((key) => {
      const shape = key.toLowerCase().replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      const pattern = new RegExp(`^${shape.replace(/<[^>]+>/g, '[^.]+')}$`);
      return ![...known].some((each) => pattern.test(each));
    });
  assert.equal(unknown, []);
});
