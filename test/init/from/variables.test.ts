// Values of variables, which mean the same to ptask as to the tool that they come from.

import { parse } from 'yaml';
import { lookupIn, problemIn, valuesOf } from '../../../src/config/variables.ts';
import { assert, suite } from '../../support/suite.ts';
import { type Files, proposed } from '../support.ts';

const test = suite('init/from/variables');

const LITERAL = { A: '${HOME}', B: 'cost ${', C: '$HOME', D: '$${X}', E: '${a.b}' };

/** What the variables of a config come to, all of its tasks together. */
function valuesIn(files: Files, tool: string): Record<string, string> {
  const config = parse(proposed(files, tool).yaml) as {
    env?: Record<string, string>;
    tasks: Record<string, { env?: Record<string, string> }>;
  };
  const texts = Object.assign({}, config.env, ...Object.values(config.tasks).map(({ env }) => env)) as Record<
    string,
    string
  >;
  for (const [name, value] of Object.entries(texts)) assert.is(problemIn(value), undefined, name);
  return valuesOf(texts, lookupIn({ HOME: '/home/ada' }));
}

test('a text is a text, whatever ptask has a sign for', () => {
  const nx = {
    'nx.json': {},
    'a/project.json': { name: 'a', targets: { x: { command: 'node x', options: { env: LITERAL } } } },
  };
  assert.equal(valuesIn(nx, 'nx'), LITERAL);
  const wireit = {
    'package.json': { scripts: { x: 'wireit' }, wireit: { x: { command: 'node x', env: LITERAL } } },
  };
  assert.equal(valuesIn(wireit, 'wireit'), LITERAL);
  const { A, B, ...others } = LITERAL;
  const taskfile = JSON.stringify({
    version: '3',
    env: { A, B },
    tasks: { x: { cmd: 'node x', env: others } },
  });
  assert.equal(valuesIn({ 'Taskfile.yml': taskfile }, 'taskfile'), LITERAL);
});

test('lefthook fills in variables, with or without braces, and nothing where there is none', () => {
  const env = { A: '${HOME}/bin', B: 'cost ${', C: '$HOME:$NONE.', D: '$5', E: '${NONE}' };
  const file = JSON.stringify({ 'pre-commit': { commands: { x: { run: 'node x', env } } } });
  const values = { A: '/home/ada/bin', B: 'cost ${', C: '/home/ada:.', D: '$5', E: '' };
  assert.equal(valuesIn({ 'lefthook.yml': file }, 'lefthook'), values);
});
