/** Every line of a dotenv file is understood or told. */
import { execFileSync, spawn } from 'node:child_process';
import { SourceText } from '../../src/base/diagnostic.ts';
import { readDotenv } from '../../src/config/dotenv.ts';
import { parseDotenv } from '../../src/config/dotenv-syntax.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { problems } from './support.ts';

const test = suite('config/dotenv');

const values = (text: string): Record<string, string> => {
  const { values, problems } = parseDotenv(new SourceText('.env', text));
  assert.equal(problems, []);
  return values;
};

const told = (text: string): string[] =>
  parseDotenv(new SourceText('.env', text)).problems.map(
    ({ message, place }) => `${place?.line}:${place?.column} ${message}`,
  );

test('names and plain values', () => {
  assert.equal(values('A=1\nexport B=2\nexport\tC=3\n  D = 4 5  # six\nE=\n\n # F=6\nG.h-1=x'), {
    ...{ A: '1', B: '2', C: '3', D: '4 5', E: '', 'G.h-1': 'x' },
  });
  assert.equal(values('A: 1\nURL=http://x:1/?a=b&c\nQ=it\'s "so"\nexport=1\nÄ=ö\n'), {
    ...{ A: '1', URL: 'http://x:1/?a=b&c', Q: 'it\'s "so"', export: '1', Ä: 'ö' },
  });
  assert.equal(values('A=1\nA=2\n'), { A: '2' });
  assert.equal(values(''), {});
  assert.equal(values('A=1\r\n\r\n# x\r\nB="2"\r\n'), { A: '1', B: '2' });
});

test('quotes', () => {
  assert.equal(values(`A='x # y' # z\nB="a\\nb"\nC='a\\nb'\nD=\`it's "so"\`\nE=" "\nF=''`), {
    ...{ A: 'x # y', B: 'a\nb', C: 'a\\nb', D: 'it\'s "so"', E: ' ', F: '' },
  });
  assert.equal(values(`KEY="-----BEGIN\nabc=\n-----END"\nNEXT=1\n`), {
    KEY: '-----BEGIN\nabc=\n-----END',
    NEXT: '1',
  });
  assert.equal(values(`KEY='a\r\nb'\r\nNEXT=1\r\n`), { KEY: 'a\nb', NEXT: '1' });
  assert.equal(values(`A='C:\\dir\\'\nB='x'\nC="{\\"a\\": 1}"\n`), { A: 'C:\\dir\\', B: 'x', C: '{"a": 1}' });
});

test('what is not understood is told, each line at its place, and the others are read', () => {
  assert.equal(told('A=1\nSECRET\n  hello world\nB=2\n=x\nexport A\n"A"=1\nA[0]=1\nC D=1'), [
    ...['2:1', '3:3', '5:1', '6:1', '7:1', '8:1', '9:1'].map((place) => `${place} this is not NAME=value`),
  ]);
  assert.equal(told('A="x\nB=1\n'), ['1:3 this quote is not closed']);
  assert.equal(told("A='x' y\nB=1\n"), ['1:6 only a comment may follow the closing quote']);
  assert.equal(told('A=1\rB=2\nC=3\n'), ['1:4 a carriage return alone does not end a line']);
});

const CONFIG = 'dotenv: [.env, b.env]\ntasks: {a: {run: x}}\n';

test('a config says where, and never shows the line', () => {
  const root = tempDir();
  write(root, { '.env': 'A=1\nhunter2\n', 'b.env': 'A=1\nhunter3\n' });
  const hint = '→ write NAME=value, or put a # in front of a comment';
  assert.equal(problems(CONFIG, { root }), [
    `.env:2:1 this is not NAME=value | 1:10 read here | ${hint}`,
    `b.env:2:1 this is not NAME=value | 1:16 read here | ${hint}`,
  ]);
});

test('a file is read once, however often it is named, and wins by its last name', () => {
  const root = tempDir();
  write(root, { a: 'A=1\nhunter2\n', b: 'A=2\n' });
  const { values, problems } = readDotenv({ root, dotenv: ['a', './a', 'b', 'x/../a'] });
  assert.equal([values, problems.length], [{ A: '1' }, 1]);
  assert.equal(readDotenv({ root, dotenv: ['a', 'b', './b'] }).values, { A: '2' });
});

test('encodings', () => {
  const of = (content: string | Buffer): { values: object; said: string[] } => {
    const root = tempDir();
    write(root, { '.env': content });
    const { values, problems } = readDotenv({ root, dotenv: ['.env'] });
    return { values, said: problems.map(({ message }) => message) };
  };
  assert.equal(of('\uFEFFA=1\nB=2\n'), { values: { A: '1', B: '2' }, said: [] });
  assert.equal(of(Buffer.from('\uFEFFA=1\n', 'utf16le')).said, [
    '.env is UTF-16, but a dotenv file must be UTF-8',
  ]);
  assert.equal(of(Buffer.from('A=\xe9\n', 'latin1')).said, ['this is not UTF-8']);
  assert.equal(of(Buffer.from('A=1\n', 'utf16le')).said, ['.env is not text: it contains zero bytes']);
});

test('a pipe is not read when the config is looked at', () => {
  const root = tempDir();
  execFileSync('mkfifo', [`${root}/.env`]);
  assert.equal(problems(CONFIG, { root }), []);
});

test('what has no end, and what nobody writes into, is an error and no wait', () => {
  const dir = tempDir();
  write(dir, { long: `A=${'x'.repeat(1_048_576)}\n` });
  const said = (name: string): string[] =>
    readDotenv({ root: dir, dotenv: [name] }).problems.map(({ message }) => message);
  const started = performance.now();
  assert.match(said('/dev/zero').join(), /is a device or a socket, not a file/);
  assert.match(said('/dev/tty').join(), /is a device/);
  assert.equal(said('/dev/null'), []);
  assert.equal(said('long'), ['`long` is longer than 1 MB']);
  execFileSync('mkfifo', [`${dir}/pipe`]);
  assert.equal(readDotenv({ root: dir, dotenv: ['pipe'] }, 'regular'), { values: {}, problems: [] });
  assert.ok(performance.now() - started < 5_000);
  assert.match(said('pipe').join(), /`pipe` is a pipe, and nothing came out of it for 10 seconds/);
});

test('a pipe is read to its end, whenever its writer comes', async () => {
  const dir = tempDir();
  execFileSync('mkfifo', [`${dir}/pipe`]);
  const writer = spawn('sh', ['-c', 'sleep 0.5; (echo A=1; sleep 0.3; echo B=2) > pipe'], { cwd: dir });
  const ended = new Promise((done) => writer.once('close', done));
  assert.equal(readDotenv({ root: dir, dotenv: ['pipe'] }).values, { A: '1', B: '2' });
  await ended;
});
