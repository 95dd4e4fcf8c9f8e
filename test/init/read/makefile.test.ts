import { readMakefile } from '../../../src/init/read/makefile.ts';
import { Repository } from '../../../src/init/read/repository.ts';
import { assert, suite } from '../../support/suite.ts';
import { type Files, folderWith } from '../support.ts';

const test = suite('init/read/makefile');

const read = (text: string, others: Files = {}) =>
  readMakefile(new Repository(folderWith({ Makefile: text, ...others })), 'Makefile');

test('targets, what they need, and their recipes', () => {
  const { rules } = read(
    '.PHONY: all\nall: a b ## help\na b: x | dir ; touch $@\n\t@echo one \\\n\t  two\n# end\n',
  );
  assert.equal(
    [...rules.values()],
    [
      { target: 'all', prerequisites: ['a', 'b'], orderOnly: [], recipe: [], isPhony: true },
      {
        target: 'a',
        prerequisites: ['x'],
        orderOnly: ['dir'],
        recipe: ['touch $@', '@echo one  two'],
        isPhony: false,
      },
      {
        target: 'b',
        prerequisites: ['x'],
        orderOnly: ['dir'],
        recipe: ['touch $@', '@echo one  two'],
        isPhony: false,
      },
    ],
  );
});

test('variables in all their forms', () => {
  const { expand } = read('A = $(B) c\nB := b\nC ?= x\nC ?= y\nC += z\nexport D = $(A)-$D1\nD1 = d\n');
  assert.is(expand('$(A)|${C}|$@|$$HOME', { '@': 't' }), 'b c|x z|t|$HOME');
});

test('what a command prints, functions and unknown variables are not known', () => {
  const { expand } = read('A := $(shell date)\nB != date\nifdef X\nC = 1\nendif\nD = $(D)\n');
  for (const name of ['A', 'B', 'C', 'D', 'E']) assert.is(expand(`$(${name})`), undefined, name);
  assert.is(expand('$(patsubst %.c,%.o,a.c)'), undefined);
});

test('a wildcard is a glob', () => {
  const { rules } = read('SRC = $(wildcard src/*.c)\napp: $(SRC) $(OTHER)\n\tcc\n');
  assert.equal(rules.get('app')?.prerequisites, ['src/*.c', '$(OTHER)']);
});

test('patterns, definitions, special targets and variables of one target are no rules', () => {
  const made = read(
    '%.o: %.c\n\tcc\n.SUFFIXES:\nx: A = 1\ndefine F\nbad: target\nendef\n.DEFAULT_GOAL := x\nx:\n\ttrue\n',
  );
  assert.equal([...made.rules.keys()], ['x']);
  assert.equal(made.patterns, ['.o']);
});

test('what it includes', () => {
  const { rules, files } = read('include mk/*.mk mk/go.mk\n-include none.mk\n', {
    'mk/go.mk': 'test:\n\tgo test\n',
  });
  assert.equal(files, ['Makefile', 'mk/go.mk']);
  assert.equal([...rules.keys()], ['test']);
});
