// The messages of the Remote Execution API against bytes that were put together by hand.

import { type RawPath, rawPath } from '../../src/base/raw-path.ts';
import {
  type Action,
  type Command,
  type Directory,
  digestOf,
  encodeAction,
  encodeCommand,
  encodeDirectory,
} from '../../src/cache/action.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cache/action');

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
/** A hash as the text that it is in a message. */
const [A_TEXT, B_TEXT] = [`0a40${'61'.repeat(64)}`, `0a40${'62'.repeat(64)}`];

const NO_NODES: Directory = { files: [], directories: [], symlinks: [] };
const COMMAND: Command = { arguments: [], environment: {}, outputPaths: [], workingDirectory: '' };
const ACTION: Action = { command: { hash: A, size: 1 }, inputRoot: { hash: B, size: 0 } };
/** command_digest, with a size, and input_root_digest, without one. */
const ACTION_BYTES = `0a44${A_TEXT}1001` + `1242${B_TEXT}`;

const file = (name: string) => ({
  name: rawPath(name),
  digest: { hash: A, size: 5 },
  isExecutable: false,
});
const command = (some: Partial<Command>): string => encodeCommand({ ...COMMAND, ...some }).toString('hex');
const action = (some: Partial<Action>): string => encodeAction({ ...ACTION, ...some }).toString('hex');

test('nothing at all has a well-known name', () => {
  const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  assert.equal(digestOf(encodeDirectory(NO_NODES)), { hash: nothing, size: 0 });
  assert.equal(digestOf(encodeCommand(COMMAND)), { hash: nothing, size: 0 });
});

test('a digest is the hash and the number of bytes', () => {
  assert.equal(digestOf(Buffer.from('abc')), {
    hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    size: 3,
  });
});

test('a directory: files, then directories, then links', () => {
  const bytes = encodeDirectory({
    symlinks: [{ name: rawPath('l'), target: rawPath('../x') }],
    directories: [{ name: rawPath('d'), digest: { hash: B, size: 300 } }],
    files: [{ ...file('f'), isExecutable: true }, file('e')],
  });
  const expected = [
    `0a49${'0a0165'}${`1244${A_TEXT}1005`}`,
    `0a4b${'0a0166'}${`1244${A_TEXT}1005`}${'2001'}`,
    `124a${'0a0164'}${`1245${B_TEXT}10ac02`}`,
    `1a09${'0a016c'}${'12042e2e2f78'}`,
  ];
  assert.is(bytes.toString('hex'), expected.join(''));
});

test('nodes are in the order of the bytes of their names', () => {
  const names = ['😀', '～', 'é', 'z', 'a0', 'a.b', 'a-b', 'a', 'Z'];
  const expected = ['Z', 'a', 'a-b', 'a.b', 'a0', 'z', 'é', '～', '😀'];
  const bytes = encodeDirectory({ ...NO_NODES, files: names.map(file) });
  const found = expected.map((name) => bytes.indexOf(Buffer.from(`\n${sized(name)}\x12`)));
  assert.ok(found[0] !== -1);
  assert.equal(
    found,
    [...found].sort((a, b) => a - b),
  );
});

const sized = (name: string): string => String.fromCharCode(Buffer.byteLength(name)) + name;

test('a name of any bytes is written as these', () => {
  const link = {
    name: '\xff' as RawPath,
    target: '\x80\xc3' as RawPath,
  };
  const bytes = encodeDirectory({ ...NO_NODES, symlinks: [link] });
  assert.is(bytes.toString('hex'), '1a07' + '0a01ff' + '120280c3');
});

test('the order of nodes does not matter, and the lists stay as they are', () => {
  const files = ['c', 'a', 'b'].map(file);
  const bytes = encodeDirectory({ ...NO_NODES, files });
  assert.equal(bytes, encodeDirectory({ ...NO_NODES, files: ['b', 'c', 'a'].map(file) }));
  assert.equal(
    files.map(({ name }) => name),
    ['c', 'a', 'b'],
  );
});

test('two nodes of one name are no directory, nor is one without a name', () => {
  const directories = [{ name: rawPath('a'), digest: { hash: A, size: 1 } }];
  const symlinks = [{ name: rawPath('a'), target: rawPath('b') }];
  const twice: Partial<Directory>[] = [
    { files: ['a', 'b', 'a'].map(file) },
    { files: ['b', 'a'].map(file), directories },
    { files: [file('a')], symlinks },
    { directories, symlinks },
  ];
  for (const nodes of twice) assert.throws(() => encodeDirectory({ ...NO_NODES, ...nodes }), /have one name/);
  assert.throws(() => encodeDirectory({ ...NO_NODES, files: ['a', ''].map(file) }), /has no name/);
});

test('a command: its fields in the order of their numbers', () => {
  const bytes = command({
    arguments: ['sh', '', 'b', 'a'],
    environment: { B: '', A: 'é' },
    outputPaths: ['x/b', 'x', 'x/b'],
    workingDirectory: 'w',
    platform: { os: 'l' },
  });
  const expected = [
    ...['0a027368', '0a00', '0a0162', '0a0161'],
    ...[`1207${'0a0141'}${'1202c3a9'}`, `1203${'0a0142'}`],
    `2a09${`0a07${'0a026f73'}${'12016c'}`}`,
    '320177',
    ...['3a0178', '3a03782f62'],
  ];
  assert.is(bytes, expected.join(''));
});

test('names of variables and outputs are in the order of code points', () => {
  const [before, after] = ['～', '😀'];
  const environment = { [after]: '1', [before]: '2' };
  const bytes = command({ environment, outputPaths: [after, before], platform: environment });
  const places = [before, after].map((name) => {
    const hex = Buffer.from(name).toString('hex');
    return [...bytes.matchAll(new RegExp(hex, 'g'))].map(({ index }) => index);
  });
  assert.is(places[0]?.length, 3);
  assert.ok(places[0]?.every((at, index) => at < (places[1]?.[index] ?? 0)));
});

test('an action: the digests of its command and its inputs, and what else is asked for', () => {
  assert.is(action({}), ACTION_BYTES);
  const salt = Buffer.from([0, 255]);
  const bytes = action({ timeoutMs: 90_001, doNotCache: true, salt, platform: { b: '1', a: '2' } });
  const expected = [
    `3206${'085a'}${'10c0843d'}`,
    '3801',
    '4a0200ff',
    `5210${`0a06${'0a0161'}${'120132'}`}${`0a06${'0a0162'}${'120131'}`}`,
  ];
  assert.is(bytes, ACTION_BYTES + expected.join(''));
});

test('an action: what is not given is not there, and a message with nothing in it is one', () => {
  assert.is(action({ doNotCache: false, salt: Buffer.alloc(0) }), ACTION_BYTES);
  assert.is(action({ platform: {} }), `${ACTION_BYTES}5200`);
  assert.is(action({ timeoutMs: 0 }), `${ACTION_BYTES}3200`);
  assert.is(action({ timeoutMs: 1_000 }), `${ACTION_BYTES}32020801`);
});
