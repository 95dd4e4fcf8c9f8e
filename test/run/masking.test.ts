import fc from 'fast-check';
import type { Config } from '../../src/config/config.ts';
import type { Event, RunStarted } from '../../src/model/event.ts';
import { type Masker, maskerFor } from '../../src/run/masking/masking.ts';
import { secretsOfServers } from '../../src/run/masking/server-secrets.ts';
import { planOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/masking');

const SECRET = 's3cr+t/Välue=&?';

const masker = (env: Record<string, string>, secrets: string[] = []): Masker =>
  maskerFor({ secrets, tasks: [] as Config['tasks'], validate: [] }, env);

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

test('what a name says, wherever it stands in it', () => {
  const names =
    'DB_PASS GH_PAT SSH_KEY KEY_OF_ALL TOKEN_2 DATABASE_URL SENTRY_DSN NPM_CONFIG__AUTH npm_config__auth MY_SECRET_ID ADMIN_PASSWORD_1 AWS_CREDENTIALS_JSON dbPass apiKeys X_PWD SLACK_WEBHOOK_URL MYSQL_PW CONNECTION_STRING';
  for (const name of names.split(' '))
    assert.is(masker({ [name]: 'x9-value' }).text('x9-value'), '***', name);
  const others =
    'PATH_X COMPASS PATIENCE KEYBOARD_LAYOUT AUTHOR_NAME GIT_AUTHOR DSNAME PASSENGER HOME_URL PATTERN';
  for (const name of others.split(' ')) assert.is(masker({ [name]: 'x9-value' }).stream(), undefined, name);
});

test('what cannot be a secret is left readable, unless the config names it', () => {
  const values = [
    ...['true', 'disabled', '3600000', '+12.5', '300000ms', '/home/ada/.ssh/id_ed25519', '~/.keys/app.pem'],
    ...['./keys/one.pem', '../key.json', 'C:\\keys\\one.pem', 'abcde', '   '],
  ];
  for (const value of values) {
    assert.is(masker({ A_KEY: value }).stream(), undefined, value);
    if (value.trim() !== '') assert.is(masker({ A_KEY: value }, ['A_KEY']).text(value), '***', value);
  }
  assert.is(masker({ A_KEY: '/9aB3dEfGh4kLmNoPqRs7uVw' }).text('/9aB3dEfGh4kLmNoPqRs7uVw'), '***');
});

test('of addresses in any variable what stands before the host', () => {
  const env = {
    UPSTREAM: 'postgres://ada:hunter%2F22@db:5432/app',
    REGISTRY: 'https://npm_0123456789abcdef@registry.example',
    REMOTE: 'ssh://git@host.example/a',
    MANY: 'redis://:first-one@a,redis://x:second-one@b',
  };
  const { text } = { text: (words: string) => masker(env).text(words) };
  assert.is(text(env.UPSTREAM), 'postgres://ada:***@db:5432/app');
  assert.is(text('hunter/22'), '***');
  assert.is(text(env.REGISTRY), 'https://***@registry.example');
  assert.is(text(env.REMOTE), env.REMOTE);
  assert.is(text(env.MANY), 'redis://:***@a,redis://x:***@b');
});

test('in hexadecimal, in HTML, in JSON within JSON and quoted for a shell', () => {
  const value = `p&<w"d'$1/é!`;
  const { text } = { text: (words: string) => masker({ X: value }, ['X']).text(words) };
  const hex = Buffer.from(value).toString('hex');
  const forms = [
    ...[hex, hex.toUpperCase(), hex.replace(/..(?=.)/g, '$& '), hex.replace(/../g, '\\x$&')],
    'p&amp;&lt;w&quot;d&#39;$1/é!',
    'p&amp;&lt;w"d\'$1/é!',
    'p&amp;&lt;w&quot;d&apos;$1/&#233;!',
    JSON.stringify(JSON.stringify(value)).slice(3, -3),
    'p\\u0026\\u003cw\\"d\'$1/é!',
    `p&<w"d'\\''$1/é!`,
    `p&<w\\"d'\\$1/é!`,
    `p\\&\\<w\\"d\\'\\$1/é\\!`,
    encodeURIComponent(value).toLowerCase(),
  ];
  for (const form of forms) assert.is(text(`[${form}]`), '[***]', form);
});

test('however a program has broken it into lines', () => {
  const value = 'correct-horse-battery-staple-0123456789';
  const all = masker({ X: value }, ['X']);
  const written = [value, Buffer.from(value).toString('hex'), Buffer.from(`me:${value}`).toString('base64')];
  for (const whole of written)
    for (const width of [1, 7, 20, 60])
      for (const end of ['\n', '\r\n', '\n    ']) {
        const text = whole.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`);
        const shown = all.text(`is:\n${text}\n`).replace(/\s/g, '');
        // At the very beginning up to three characters may stand on a line of their own.
        assert.match(shown, /^is:.{0,7}(\*\*\*)+.{0,3}$/, `${text} → ${shown}`);
        const bytes = Buffer.from(`is:\n${text}\n`);
        const pieces = [...bytes].map((_, at) => bytes.subarray(at, at + 1));
        assert.is(streamed(all, pieces), all.text(`is:\n${text}\n`), 'also byte by byte');
      }
  const lines = 'correct-horse\n\n-battery-staple-0123456789';
  assert.is(all.text(lines), lines, 'not beyond an empty line');
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
  const part = fc.constantFrom(
    'abcabd',
    'bcabca-long-one',
    '123',
    'abc',
    'bca',
    'bcabca-',
    'x',
    '\n',
    '\r\n',
    '\n  ',
    '1',
    '12',
    'é',
  );
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
  assert.is(maskerFor({ secrets: [], tasks, validate: [] }, {}).text('task-value agent-value'), '*** ***');
});

test('what is sent to servers: of the environment all, of the config what is secret by its name', () => {
  const headers = { authorization: 'Bearer ${WORD}', 'x-api-key': 'k-123456', 'x-group': 'my-team' };
  const config = { cache: { remote: { headers } }, remote: { headers: { cookie: 'c-123456' } } };
  const values = secretsOfServers(
    config as unknown as Config,
    { PTASK_REMOTE_HEADER: 'authorization: Bearer a1b2c3d4e5\nx-zone: main' },
    { WORD: 'f6g7h8i9' },
  );
  const all = maskerFor({ secrets: [], tasks: [] as Config['tasks'], validate: [] }, {}, values);
  assert.is(all.text('Bearer a1b2c3d4e5, a1b2c3d4e5, main'), '***, ***, main');
  assert.is(all.text('f6g7h8i9 k-123456 c-123456 my-team'), '*** *** *** my-team');
});
