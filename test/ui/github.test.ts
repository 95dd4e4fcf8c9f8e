import fc from 'fast-check';
import {
  escapeData,
  escapeProperty,
  github,
  gitlab,
  guardCommands,
  markupWithoutCommands,
  withoutCommands,
} from '../../src/ui/github.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('github');

const guarded = (output: string | Buffer, size = Number.POSITIVE_INFINITY): string => {
  const guard = guardCommands();
  const bytes = Buffer.from(output);
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(guard.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...out, guard.end()]).toString();
};

/** What the runner takes for a command, and whether it still heeds them at the end. See ActionCommandManager.cs. */
function runner(log: string): { commands: string[]; heeds: boolean } {
  const names = new Set(['group', 'endgroup', 'error', 'warning', 'notice', 'add-mask', 'stop-commands']);
  const commands: string[] = [];
  let token: string | undefined;
  for (const line of log.split(/\r\n|\r|\n/)) {
    const [, name, data] =
      /^\s*::([^ :]+)(?: .*?)?::(.*)$/s.exec(line) ?? /##\[([^ \]]+)[^\]]*\](.*)$/s.exec(line) ?? [];
    if (name === undefined) continue;
    if (token !== undefined) {
      if (name.toLowerCase() === token.toLowerCase()) token = undefined;
    } else if (name.toLowerCase() === 'stop-commands') token = data ?? '';
    else if (names.has(name.toLowerCase())) commands.push(`${name.toLowerCase()} ${data}`);
  }
  return { commands, heeds: token === undefined };
}

test('escapes, as the toolkit does', () => {
  assert.is(escapeData('100%\r\nsure: a,b'), '100%25%0D%0Asure: a,b');
  assert.is(escapeProperty('ptask: a,b%'), 'ptask%3A a%2Cb%25');
  assert.is(
    github.failure?.('ptask: api failed', 'exit code 2\nat x'),
    '::error title=ptask%3A api failed::exit code 2%0Aat x\n',
  );
});

test('annotations of the output pass, at the beginning of their lines', () => {
  const output = 'one\n::error file=a.ts,line=1::bad\n::add-mask::secret\n';
  assert.is(guarded(output), output);
});

test('groups of the output become plain lines, so that they cannot end ours', () => {
  const output = 'a\n::group::Install\n  b\n::endgroup::\n ::EndGroup::\n##[group]Old\n##[endgroup]\nc';
  assert.is(guarded(output), 'a\n> Install\n  b\n## [group]Old\n## [endgroup]\nc\n');
  assert.equal(runner(guarded('::group::::endgroup::\n')).commands, []);
  assert.equal(runner(guarded('progress\r::endgroup::\r\n')).commands, []);
});

test('what does something is a plain line as well', () => {
  for (const command of [
    'set-output name=a',
    'save-state name=a',
    'set-env name=A',
    'add-path',
    'add-matcher',
    'echo',
  ])
    assert.is(guarded(`::${command}::x\n  ::${command}::x\n`), `> ::${command}::x\n> ::${command}::x\n`);
  for (const command of ['error', 'set-output name=a', 'add-mask'])
    assert.is(guarded(`a ##[${command}]x\n`), `a ## [${command}]x\n`);
});

test('text of ours begins no command, whatever others have put into it', () => {
  const text = `done\n  ::set-output name=a::b\n\t::stop-commands::x\nand ##[add-mask]a a::b::c`;
  assert.equal(runner(withoutCommands(text)), { commands: [], heeds: true });
  assert.is(withoutCommands('a::b::c\n'), 'a::b::c\n');
  assert.equal(runner(markupWithoutCommands(text)), { commands: [], heeds: true });
});

test('what the output has silenced speaks again before our group ends', () => {
  assert.is(guarded('::stop-commands::abc\n::error::no\n'), '::stop-commands::abc\n::error::no\n::abc::\n');
  const resumed = '::stop-commands::abc\n::error::no\n::abc::\n::error::yes\n';
  assert.is(guarded(resumed), resumed);
});

test('a token that the runner would never find again silences nothing', () => {
  for (const token of ['', 'two words', 'error', 'a%25b', 'x '])
    assert.is(guarded(`::stop-commands::${token}\n`), `> ${token}\n`);
});

test('bytes that are no text come out as they went in', () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0a]);
  const guard = guardCommands();
  assert.equal(Buffer.concat([guard.push(bytes), guard.end()]), bytes);
});

test('a line of any length is let through, and its beginning is looked at', () => {
  const long = 'x'.repeat(1_000_000);
  assert.is(guarded(`${long}\n`, 1_000), `${long}\n`);
  assert.is(guarded(`::group::${long}\n::endgroup::\n`, 4_096), `> ${long}\n`);
});

const word = fc.constantFrom(
  '::group::t',
  '::endgroup::',
  '::stop-commands::tok',
  '::stop-commands::',
  '::tok::',
  '::TOK::',
  '::error::e',
  '::stop-commands::error',
  '##[endgroup]',
  '##[stop-commands]tok',
  '##[tok]',
  'text',
  ' ',
  '\n',
  '\r',
  '\r\n',
  'é',
);

test('whatever is printed, the group stays whole and our commands are heeded after it', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), (words) => {
      const { commands, heeds } = runner(guarded(words.join('')));
      assert.ok(heeds, 'commands are heeded');
      assert.not.ok(
        commands.some((command) => /^(end)?group/.test(command)),
        commands.join('; '),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('it does not matter how the output is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), fc.integer({ min: 1, max: 9 }), (words, size) => {
      const same = (text: string) => text.split(/\r\n|[\r\n]/).filter((line) => line !== '');
      assert.equal(same(guarded(words.join(''), size)), same(guarded(words.join(''))));
    }),
    { numRuns: 1_000 },
  );
});

test('sections of GitLab have a name, and the time they took', () => {
  const about = { key: '1_a b', startedAt: 61_000, endedAt: 63_999, failed: false };
  assert.is(
    gitlab.open('title', about),
    '\u001b[0Ksection_start:61:ptask_1_a_b[collapsed=true]\r\u001b[0Ktitle\n',
  );
  assert.is(gitlab.close(about), '\u001b[0Ksection_end:63:ptask_1_a_b\r\u001b[0K\n');
  assert.is(
    gitlab.open('title', { ...about, failed: true }),
    '\u001b[0Ksection_start:61:ptask_1_a_b\r\u001b[0Ktitle\n',
  );
});
