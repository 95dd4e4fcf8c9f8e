import { secretsWritten } from '../../src/run/masking/written-secrets.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/written-secrets');

const values = (text: string): string[] => secretsWritten(text).values;

test('variables with the names of secrets, as YAML, JSON and shells write them', () => {
  assert.equal(values('env:\n  API_TOKEN: hunter2222 # mine\n  HOURS: nine to five\n'), ['hunter2222']);
  assert.ok(values('env: { API_TOKEN: hunter2222, NAME: somebody }').includes('hunter2222'));
  assert.equal(values('{ "env": { "DB_PASS": "with \\"quotes\\"" } }')[1], 'with "quotes"');
  assert.ok(values("run: 'API_TOKEN=hunter2222 deploy --fast'").includes('hunter2222'));
  assert.equal(values('A_KEY: |\n  line-number-one\n  line-number-two\nB: no-secret'), [
    'line-number-one',
    'line-number-two',
  ]);
});

test('those that the text itself calls secret', () => {
  assert.equal(values('secrets: [DIAL]\nenv: { DIAL: 4711-0815 }').slice(-1), ['4711-0815']);
  assert.equal(values('secrets:\n  - DIAL\nenv:\n  DIAL: 4711-0815'), ['4711-0815']);
});

test('fields and tasks of a config are none, nor is what is trivial', () => {
  assert.equal(values('secrets: PIN_OF_MINE\ntasks:\n  api_keys:\n    run: npm run keys\n'), []);
  assert.equal(values('env: { KEY_FILE: /etc/keys/one.pem, MAX_TOKENS: 300000, USE_TOKEN: true }'), []);
});

test('a long hostile line is read to its end', () => {
  assert.ok(values('A_KEY=x:'.repeat(200_000)).length > 0);
  values(`${'A_KEY: "'.repeat(300)}\n`.repeat(300));
});
