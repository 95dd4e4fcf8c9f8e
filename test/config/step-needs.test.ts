/** Validation steps that need each other. */
import { assert, suite } from '../support/suite.ts';
import { config, lines, problems } from './support.ts';

const test = suite('config/step-needs');

const withSteps = (steps: string): string => `tasks: {build: {run: x}}\nvalidate:\n${steps}`;

test('a step that there is', () => {
  const text = withSteps('  - {name: a b, run: x, needs: [c]}\n  - {name: c, run: x}\n');
  assert.equal(
    config(text).validate.map(({ needs }) => needs),
    [['c'], []],
  );
});

test('steps that there are not, with what may have been meant', () => {
  const text = withSteps(lines`
      - {name: types, run: x, needs: [type, types, build]}
      - {name: toString, run: x, needs: [nothing like it]}
  `);
  assert.equal(problems(text), [
    '3:33 [type] the step `types` needs `type`, but there is no such validation step | → did you mean `types`?',
    '3:39 [types] the step `types` needs itself | → remove it',
    '3:46 [build] the step `types` needs `build`, but there is no such validation step | → remove it: it is a task, and all tasks finish before the first step',
    '4:36 [nothing like it] the step `toString` needs `nothing like it`, but there is no such validation step | → name another step of `validate:`',
  ]);
});

test('a circle', () => {
  const text = withSteps(lines`
      - {name: a, run: x, needs: [b]}
      - {name: b, run: x, needs: [c]}
      - {name: c, run: x, needs: [b]}
  `);
  assert.equal(problems(text), ['4:29 [c] dependency cycle: b → c → b | → remove one of these needs']);
});

test('a step that the schema objects to is told of once', () => {
  const broken = withSteps(lines`
      - 3
      - {name: b, run: x, needs: [gone, 7]}
      - {name: c, run: x, needs: c}
  `);
  const told = problems(broken);
  assert.not(
    told.some((line) => /no such validation step/.test(line)),
    told.join('\n'),
  );
  assert.ok(told.length > 0);
});
