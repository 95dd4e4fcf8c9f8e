// Messages have the bytes that Google's own library for Protocol Buffers gives them, where the machine has it (Debian: python3-protobuf).

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { type RawPath, rawPath, shownPath } from '../../src/base/raw-path.ts';
import {
  type Action,
  type Command,
  type Digest,
  type Directory,
  encodeAction,
  encodeCommand,
  encodeDirectory,
  type Properties,
} from '../../src/cache/action.ts';
import { oidOf } from '../../src/store/content.ts';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cache/google-protobuf');

const env = hermeticEnv();

/** Any characters, also some whose order by code points is not that of JavaScript. */
const text = fc.string({ unit: 'binary' });
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });
const texts = fc.array(text, { maxLength: 8 });
const properties = fc.dictionary(name, text);
const digest = fc
  .tuple(text, fc.maxSafeNat())
  .map(([content, size]): Digest => ({ hash: oidOf(Buffer.from(content)), size }));

const sortedBy = <Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[] =>
  [...items].sort((a, b) => Buffer.compare(Buffer.from(nameOf(a)), Buffer.from(nameOf(b))));

/** In the form that JSON has for messages. */
const json = {
  digest: ({ hash, size }: Digest) => ({ hash, sizeBytes: String(size) }),
  properties: (some: Properties) =>
    sortedBy(Object.entries(some), ([name]) => name).map(([name, value]) => ({ name, value })),
  platform: (some: Properties | undefined) =>
    some === undefined ? {} : { platform: { properties: json.properties(some) } },
  command: ({ arguments: args, environment, outputPaths, workingDirectory, platform }: Command) => ({
    arguments: args,
    environmentVariables: json.properties(environment),
    outputPaths: sortedBy([...new Set(outputPaths)], (path) => path),
    workingDirectory,
    ...json.platform(platform),
  }),
  action: ({ command, inputRoot, timeoutMs, doNotCache = false, salt, platform }: Action) => ({
    commandDigest: json.digest(command),
    inputRootDigest: json.digest(inputRoot),
    ...(timeoutMs !== undefined && { timeout: `${(timeoutMs / 1_000).toFixed(3)}s` }),
    doNotCache,
    ...(salt !== undefined && { salt: Buffer.from(salt).toString('base64') }),
    ...json.platform(platform),
  }),
  nodes: <Node extends { name: RawPath }>(nodes: readonly Node[], also: (node: Node) => object) =>
    sortedBy(nodes, (node) => shownPath(node.name)).map((node) => ({
      ...{ name: shownPath(node.name), ...also(node) },
    })),
  directory: ({ files, directories, symlinks }: Directory) => ({
    files: json.nodes(files, ({ digest, isExecutable }) => ({ digest: json.digest(digest), isExecutable })),
    directories: json.nodes(directories, ({ digest }) => ({ digest: json.digest(digest) })),
    symlinks: json.nodes(symlinks, ({ target }) => ({ target: shownPath(target) })),
  }),
};

const command: fc.Arbitrary<Command> = fc.record(
  {
    ...{ arguments: texts, environment: properties, outputPaths: texts },
    ...{ workingDirectory: text, platform: properties },
  },
  { requiredKeys: ['arguments', 'environment', 'outputPaths', 'workingDirectory'] },
);
const action: fc.Arbitrary<Action> = fc.record(
  {
    ...{ command: digest, inputRoot: digest, platform: properties, doNotCache: fc.boolean() },
    ...{ timeoutMs: fc.nat(), salt: fc.uint8Array({ maxLength: 200 }) },
  },
  { requiredKeys: ['command', 'inputRoot'] },
);
const directory = fc
  .uniqueArray(fc.tuple(name.map(rawPath), digest, fc.nat(3)), { selector: ([name]) => name })
  .map(
    (nodes): Directory => ({
      files: nodes.flatMap(([name, digest, kind]) =>
        kind < 2 ? { name, digest, isExecutable: kind === 1 } : [],
      ),
      directories: nodes.flatMap(([name, digest, kind]) => (kind === 2 ? { name, digest } : [])),
      symlinks: nodes.flatMap(([name, , kind]) => (kind === 3 ? { name, target: name } : [])),
    }),
  );

/** A Python with the library; the system's own may have it where another one is found first. */
const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import google.protobuf'], { env }).status === 0,
);

/** What the library makes of messages, in hexadecimal. */
function written(messages: readonly Message[]): string[] {
  const input = messages.map(({ type, content }) => `${JSON.stringify([type, content])}\n`).join('');
  const script = join(repositoryRoot, 'test/cache/messages.py');
  const options = { env, input, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { stdout, stderr, status } = spawnSync(python as string, [script], options);
  assert.is(status, 0, stderr);
  return stdout.trimEnd().split('\n');
}

interface Message {
  type: string;
  content: object;
}

const RUNS = { numRuns: sampled(3_000, 300).length, seed: 1 };

/** @param contentOf what the library is given for a value */
function compare<Value>(
  type: string,
  values: fc.Arbitrary<Value>,
  contentOf: (value: Value) => object,
  encode: (value: Value) => Buffer,
): void {
  const title = `the bytes of each ${type} are those that the library writes`;
  const body = (): void => {
    const all = fc.sample(values, RUNS);
    const theirs = written(all.map((value) => ({ type, content: contentOf(value) })));
    assert.is(theirs.length, all.length);
    for (const [index, value] of all.entries())
      assert.is(encode(value).toString('hex'), theirs[index], JSON.stringify(contentOf(value)));
  };
  if (python === undefined) test.skip(title, 'no python3 here has the library', body);
  else test(title, body);
}

compare('Command', command, json.command, encodeCommand);
compare('Action', action, json.action, encodeAction);
compare('Directory', directory, json.directory, encodeDirectory);
