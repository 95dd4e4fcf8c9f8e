import fc from 'fast-check';
import type { Config } from '../../src/config/config.ts';
import type { Event, RunStarted } from '../../src/model/event.ts';
import { type Masker, maskerFor } from '../../src/run/masking.ts';
import { planOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/masking');

const SECRET = 's3cr+t/Välue=&?';

const masker = (env: Record<string, string>, secrets: string[] = []): Masker =>
  maskerFor({ secrets, tasks: [] as Config['tasks'] }, env);

/** What comes out of a stream, in these pieces. */
function streamed(all: Masker, pieces: readonly Buffer[]): string {
  const stream = all.stream();
  assert.ok(stream);
  return Buffer.concat([...pieces.map((piece) => stream.write(piece)), stream.end()]).toString();
}

test('names that say it, and names that the config has', () => {
  const env = {
    GITHUB_TOKEN: 'ghp_0123456789',
    npm_config__authToken: 'npm-abcdef',
    PGPASSWORD: 'hunter22',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtn',
    OPENING_HOURS: 'nine to five',
    MAX_TOKENS: '4096',
    OLDPWD: '/home/somebody',
    PIN: '123',
    NO: 'ab',
  };
  const { text } = { text: (words: string) => masker(env, ['PIN', 'NO']).text(words) };
  assert.is(text('ghp_0123456789 npm-abcdef hunter22 wJalrXUtn'), '*** *** *** ***');
  assert.is(text('nine to five, 4096, /home/somebody, ab'), 'nine to five, 4096, /home/somebody, ab');
  assert.is(text('pin 123'), 'pin ***');
});

test('short values and plain words of guessed names are left alone, those of named ones are not', () => {
  const env = { USE_TOKEN: 'true', API_KEY: 'production', DB_PASSWORD: 'abcde', MY_SECRET: '' };
  assert.is(masker(env).stream(), undefined);
  assert.is(masker(env, ['API_KEY']).text('in production'), 'in ***');
});

test('the forms in which a value comes to be written', () => {
  const { text } = { text: (words: string) => masker({ X: SECRET }, ['X']).text(words) };
  const base64 = (words: string, how: BufferEncoding = 'base64') => Buffer.from(words).toString(how);
  const forms = [
    SECRET,
    encodeURIComponent(SECRET),
    JSON.stringify(SECRET).slice(1, -1),
    base64(SECRET).replace(/=+$/, ''),
    base64(`${SECRET}\n`).replace(/=+$/, ''),
    base64(SECRET, 'base64url'),
    's3cr+t/V\\u00e4lue=&?',
    new URLSearchParams({ x: SECRET }).toString().slice(2),
  ];
  for (const form of forms) assert.is(text(`<${form}>`), '<***>', form);
  for (const user of ['', 'u', 'me', 'you']) {
    const header = base64(`${user}:${SECRET}`);
    const shown = text(header);
    assert.match(shown, /^.{0,6}\*\*\*.{0,4}$/, `${header} → ${shown}`);
  }
});

test('a value of many lines is masked line by line, and broken base64 of it as well', () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B\n'.repeat(3)}abc\n-----END PRIVATE KEY-----\n`;
  const all = masker({ PRIVATE_KEY: key });
  assert.is(
    all.text(`${key}abc`),
    `-----BEGIN PRIVATE KEY-----\n${'***\n'.repeat(3)}abc\n-----END PRIVATE KEY-----\nabc`,
  );
  assert.is(all.text(JSON.stringify({ key: key.trim() })), '{"key":"***"}');
  const broken = Buffer.from(key.trim()).toString('base64').replace(/.{76}/g, '$&\n');
  for (const line of all.text(broken).split('\n')) assert.match(line, /^\*\*\*=*$/);
});

test('values that overlap leave nothing of either', () => {
  const all = masker({ A: 'abcdef', B: 'defghi', C: 'abcdefxyz' }, ['A', 'B', 'C']);
  assert.is(all.text('1abcdefghi2abcdef3abcdefxyz4'), '1***2***3***4');
});

test('however a stream is cut, a value is masked', () => {
  const all = masker({ A: 'abcabd', B: 'bcabca-long-one', C: '123' }, ['A', 'B', 'C']);
  const part = fc.constantFrom('abcabd', 'bcabca-long-one', '123', 'abc', 'bca', 'x', '\n', '1', '12', 'é');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 8 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''));
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      const out = streamed(all, pieces);
      assert.is(out, all.text(bytes.toString()));
      for (const value of ['abcabd', 'bcabca-long-one', '123']) assert.not(out.includes(value));
    }),
    { numRuns: 1_000 },
  );
});

test('nothing is held back but what may be the beginning of a value', () => {
  const stream = masker({ X: 'secret-value' }, ['X']).stream();
  const write = (text: string): string => stream?.write(Buffer.from(text)).toString() ?? '';
  assert.is(write('one line\nPassword? '), 'one line\nPassword? ');
  assert.is(write('of sec'), 'of ');
  assert.is(write('ond'), 'second');
  assert.is(write('secret-val'), '');
  assert.is(write('ue\n'), '***\n');
  assert.is(write('secret-'), '');
  assert.is(stream?.end().toString(), 'secret-');
  assert.is(stream?.found, 1);
});

test('of an event what people wrote is masked, and what names things is not', () => {
  const all = masker({ X: 'api' }, ['X']);
  const event: Event = {
    type: 'task-retrying',
    at: 1,
    id: 'api',
    attempt: 1,
    reason: 'api is wrong',
    delayMs: 2,
  };
  assert.equal(all.event(event), { ...event, reason: '*** is wrong' });
});

test('of a plan the descriptions are masked, and its edges are still there', () => {
  const plan = planOf(`
tasks:
  a: { description: for 4711-0815, run: x, writes: [4711-0815] }
  b: { description: then, run: x, reads: [4711-0815] }`);
  const event = { type: 'run-started', at: 0, plan } as unknown as Event;
  const told = masker({ PIN: '4711-0815' }, ['PIN']).event(event) as RunStarted;
  assert.equal(
    told.plan.tasks.map(({ description }) => description),
    ['for ***', 'then'],
  );
  assert.equal(told.plan.tasks[0]?.writes, ['4711-0815'], 'a pattern is a name');
  assert.equal(JSON.parse(JSON.stringify(told.plan.edges)), plan.edges);
  assert.is((masker({ PIN: 'other' }, ['PIN']).event(event) as RunStarted).plan, plan);
});

test('of a value that is handed over and told in part no beginning of a secret is left', () => {
  const all = masker({ X: 'secret-value' }, ['X']);
  const outputs = [
    { key: 'cut', value: 'it is secret-v', bytes: 40 },
    { key: 'whole', value: 'it is secret-v', bytes: 14 },
    { key: 'masked', value: 'secret-value!', bytes: 40 },
  ];
  const event = all.event({ type: 'task-handed-over', at: 1, id: 'a', outputs, problems: ['secret-value'] });
  assert.equal(event, {
    ...{ type: 'task-handed-over', at: 1, id: 'a', problems: ['***'] },
    outputs: [
      { key: 'cut', value: 'it is ***', bytes: 40 },
      { key: 'whole', value: 'it is secret-v', bytes: 14 },
      { key: 'masked', value: '***!', bytes: 40 },
    ],
  });
});

test('values of tasks and agents count in every task', () => {
  const agent = { name: 'x', run: [], env: { AGENT_TOKEN: 'agent-value' } };
  const tasks = [
    { env: { A_TOKEN: 'task-value' }, assignment: { agent }, review: undefined },
  ] as unknown as Config['tasks'];
  assert.is(maskerFor({ secrets: [], tasks }, {}).text('task-value agent-value'), '*** ***');
});
