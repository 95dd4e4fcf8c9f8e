// Which tasks are meant by names, patterns and tags, and which of the others these need.

import fc from 'fast-check';
import { beginningsOf, isNamePattern, nameMatcher } from '../../src/plan/name-pattern.ts';
import type { Selection } from '../../src/plan/options.ts';
import { chooseTasks, selectTasks } from '../../src/plan/select.ts';
import { assert, suite } from '../support/suite.ts';
import { configOf } from './support.ts';

const test = suite('plan/select');

/** deploy → build → gen, test:* → build, all → everything that checks. */
const CONFIG = configOf(`
tasks:
  gen: { run: x, tags: [slow] }
  build: { run: x, needs: gen }
  lint: { run: x, tags: [ci, fast] }
  lint:fix: { run: x, tags: fast }
  test:unit: { run: x, needs: build, tags: ci }
  test:unit:fast: { run: x }
  test:e2e: { run: x, needs: build, tags: [ci, slow] }
  '@app/web#build': { run: x }
  '@app/api#build': { run: x }
`);

const asked = (selection: Selection): string => {
  const result = selectTasks(CONFIG, selection);
  return result.ok ? result.value.map(({ id }) => id).join(' ') : JSON.stringify(result.diagnostics);
};
const chosen = (selection: Selection): string => {
  const result = chooseTasks(CONFIG, selection);
  return result.ok ? result.value.map(({ id }) => id).join(' ') : '';
};
const problem = (selection: Selection): string[] => {
  const result = chooseTasks(CONFIG, selection);
  return result.ok ? [] : result.diagnostics.map(({ message, hint }) => `${message} | ${hint}`);
};

test('a star stays within a part of a name, two cross', () => {
  assert.is(chosen({ tasks: ['lint*'] }), 'lint');
  assert.is(chosen({ tasks: ['test:*'] }), 'test:unit test:e2e');
  assert.is(chosen({ tasks: ['test:**'] }), 'test:unit test:unit:fast test:e2e');
  assert.is(chosen({ tasks: ['test:*:*'] }), 'test:unit:fast');
  assert.is(chosen({ tasks: ['*'] }), 'gen build lint');
  assert.is(chosen({ tasks: ['**build'] }), 'build @app/web#build @app/api#build');
  assert.is(chosen({ tasks: ['@app/*#build'] }), '@app/web#build @app/api#build');
  assert.is(chosen({ tasks: ['{lint,gen}', 'test:???'] }), 'gen lint test:e2e');
  assert.is(chosen({ tasks: ['{test:*,b*}'] }), 'build test:unit test:e2e');
});

test('what is chosen brings what it needs, unless only that is asked for', () => {
  assert.is(asked({ tasks: ['test:*'] }), 'gen build test:unit test:e2e');
  assert.is(asked({ tasks: ['test:*'], only: true }), 'test:unit test:e2e');
  assert.is(asked({ tasks: ['build'], only: true }), 'build');
  assert.is(asked({}).split(' ').length, 9);
});

test('tags narrow what is named, and several are one or the other', () => {
  assert.is(chosen({ tags: ['ci'] }), 'lint test:unit test:e2e');
  assert.is(chosen({ tags: ['slow', 'fast'] }), 'gen lint lint:fix test:e2e');
  assert.is(chosen({ tasks: ['test:**'], tags: ['slow'] }), 'test:e2e');
  assert.is(asked({ tags: ['ci'], except: ['test:**'] }), 'lint');
});

test('what is left out comes all the same where something needs it', () => {
  assert.is(asked({ except: ['gen', '@app/**', 'test:**'] }), 'gen build lint lint:fix');
  assert.is(asked({ except: ['gen', '@app/**', 'test:**'], only: true }), 'build lint lint:fix');
});

test('what matches nothing is told with what may have been meant', () => {
  assert.equal(problem({ tasks: ['lnit*'] }), ['no task matches `lnit*` | did you mean `lint*`?']);
  assert.equal(problem({ tasks: ['tset:*'] }), ['no task matches `tset:*` | did you mean `test:*`?']);
  assert.equal(problem({ tasks: ['@app*'] }), ['no task matches `@app*` | did you mean `@app**`?']);
  assert.equal(problem({ tasks: ['lnit', 'zzzzzz*'], except: ['biuld'] }), [
    'there is no task `lnit` | did you mean `lint`?',
    'no task matches `zzzzzz*` | the tasks are gen, build, lint, lint:fix, test:unit, test:unit:fast, test:e2e, @app/web#build, @app/api#build',
    'there is no task `biuld` | did you mean `build`?',
  ]);
  assert.equal(problem({ tags: ['cii'] }), ['no task has the tag `cii` | did you mean `ci`?']);
  assert.equal(problem({ tags: ['zzzz'] }), ['no task has the tag `zzzz` | `ptask list` shows the tags']);
  assert.equal(problem({ tasks: ['gen'], tags: ['ci'] }), [
    'none of the named tasks has the tag `ci` | `ptask list` shows the tags',
  ]);
  assert.equal(problem({ tasks: ['lint'], except: ['l*'] }), [
    '`--except` leaves out every task that was chosen | name another task, or none',
  ]);
  const none = chooseTasks(configOf('tasks: { a: { run: x } }\n'), { tags: ['ci'] });
  assert.is(none.ok || none.diagnostics[0]?.hint, 'tag tasks with `tags: [ci]`');
});

/** The same by trying, sign by sign. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const [, either, after = ''] = /^\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (either !== undefined) return either.split(',').some((each) => matches(each + after, name));
  const stars = /^\*+/.exec(pattern)?.[0].length ?? 0;
  const rest = pattern.slice(Math.max(1, stars));
  if (stars === 0) {
    const [first = ''] = name;
    const fits = pattern[0] === '?' ? first !== '' && !':/#'.includes(first) : first === pattern[0];
    return fits && matches(rest, name.slice(1));
  }
  for (let end = 0; end <= name.length; end += 1) {
    if (stars === 1 && /[:/#]/.test(name.slice(0, end))) return false;
    if (matches(rest, name.slice(end))) return true;
  }
  return false;
}

test('patterns match what trying says', () => {
  const sign = fc.constantFrom('a', 'b', ':', '/', '#', '.', '+');
  const name = fc.array(sign, { maxLength: 7 }).map((all) => all.join(''));
  const token = fc.constantFrom('a', 'b', ':', '/', '.', '+', '*', '**', '?', '{a,b:}', '{*:,}');
  const pattern = fc.array(token, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
  fc.assert(
    fc.property(pattern, name, (one, other) => {
      assert.is(nameMatcher(one)(other), matches(one, other), `${one} ${other}`);
    }),
    { numRuns: 5_000 },
  );
});

test('no name is a pattern', () => {
  assert.equal(['a:b', '@app/web#x', 'a-b_c.d'].filter(isNamePattern), []);
  assert.equal(['*', 'a?', '{a,b}'].filter(isNamePattern).length, 3);
  assert.equal(beginningsOf('@app/web#build'), ['@app', '@app/web', '@app/web#build']);
});
