/** Agents in a config: what they become, and what is wrong about them. */
import { assert, suite } from '../support/suite.ts';
import { config, lines, problems } from './support.ts';

const test = suite('config/agents');

test('a task with an agent runs its commands, with what it is asked to do', () => {
  const { tasks } = config(lines`
    agents:
      coder: { run: coder --stdin, env: { MODEL: 1.10 } }
      critic: { run: [critic, critic --again] }
    tasks:
      api:
        agent: coder
        prompt: Add it
        instructions: [one, two]
        requirements: [short]
        verify: { agent: critic, prompt: Is it short?, instructions: [look] }
      docs: { agent: coder, description: Write them, verify: [npm test] }
      lint: { run: eslint, verify: { agent: critic } }
  `);
  const [api, docs, lint] = tasks;
  const coder = { name: 'coder', run: ['coder --stdin'], env: { MODEL: '1.10' } };
  const critic = { name: 'critic', run: ['critic', 'critic --again'], env: {} };
  assert.equal(api?.run, ['coder --stdin']);
  assert.equal(api?.assignment, {
    agent: coder,
    prompt: 'Add it',
    instructions: ['one', 'two'],
    requirements: ['short'],
  });
  assert.equal(api?.verify, ['critic', 'critic --again']);
  assert.equal(api?.review, { agent: critic, prompt: 'Is it short?', instructions: ['look'] });
  assert.equal(docs?.assignment, { agent: coder, prompt: '', instructions: [], requirements: [] });
  assert.equal([docs?.verify, docs?.review], [['npm test'], undefined]);
  assert.equal([lint?.assignment, lint?.verify], [undefined, critic.run]);
});

test('agents that are named exist', () => {
  const text = lines`
    agents:
      coder: { run: x }
    tasks:
      a: { agent: codr, prompt: p }
      b: { run: x, verify: { agent: judge } }
  `;
  assert.equal(problems(text), [
    '4:15 [codr] there is no agent `codr` | → did you mean `coder`?',
    '5:33 [judge] there is no agent `judge` | → the agents are coder',
  ]);
  assert.equal(problems('tasks:\n  a: {agent: x, prompt: p}\n'), [
    '2:14 [x] there is no agent `x` | → say what runs it, at the top of the config: agents: { x: { run: … } }',
  ]);
});

test('an agent knows what to do, and only an agent is told', () => {
  const text = lines`
    agents: { coder: { run: x }, empty: { run: [] } }
    tasks:
      a: { agent: coder }
      b: { run: x, prompt: p }
      c: { run: x, agent: coder, prompt: p }
      d: { needs: [a], requirements: [r] }
      e: { run: x, instructions: [] }
  `;
  assert.equal(problems(text), [
    '1:44 [[]] the agent `empty` has nothing to run | → write a command',
    '3:8 [agent] the agent of `a` has no prompt | → add `prompt:`',
    '4:16 [prompt] `prompt` is for agents, but `b` has none | → add `agent:`, or remove it',
    '5:8 [run] `c` has both `run` and `agent` | 5:16 the agent | → keep one of them',
    '6:20 [requirements] `requirements` is for agents, but `d` has none | → add `agent:`, or remove it',
  ]);
});

test('what the schema objects to has no consequences', () => {
  const text = lines`
    agents: { coder: { run: 3 } }
    tasks:
      a: { agent: coder, prompt: [x] }
      b: { run: x, verify: { agnt: coder } }
  `;
  assert.equal(
    problems(text).map((line) => line.split(' | ')[0]),
    [
      '1:25 [3] `agents.coder.run` cannot be `3`',
      '3:30 [[x]] `tasks.a.prompt` cannot be a list',
      '4:26 [agnt] unknown key `agnt` in `tasks.b.verify`',
    ],
  );
});

test('a validation step has commands or a reviewer', () => {
  const { validate } = config(lines`
    agents: { critic: { run: critic } }
    tasks: { a: { run: x } }
    validate:
      - { name: one, agent: critic, prompt: Is it whole?, instructions: look }
      - { name: two, run: x }
  `);
  const critic = { name: 'critic', run: ['critic'], env: {} };
  assert.equal(
    validate.map(({ run, review }) => [run, review]),
    [
      [['critic'], { agent: critic, prompt: 'Is it whole?', instructions: ['look'] }],
      [['x'], undefined],
    ],
  );
  const wrong = lines`
    agents: { critic: { run: critic } }
    tasks: { a: { run: x } }
    validate:
      - { name: one, agent: crtic }
      - { name: two, agent: critic, run: x }
      - { name: three }
      - { name: four, run: x, prompt: p }
      - { name: five, run: [] }
      - { name: six, agent: critic, requirements: [x] }
  `;
  assert.equal(problems(wrong), [
    '4:25 [crtic] there is no agent `crtic` | → did you mean `critic`?',
    '5:33 [run] the step `two` has both `run` and `agent` | 5:18 the agent | → keep one of them',
    '6:13 [three] the step `three` has nothing to run | → add `run:` and a command, or `agent:`',
    '7:27 [prompt] `prompt` is for agents, but the step `four` has none | → add `agent:`, or remove it',
    '8:24 [[]] the step `five` has nothing to run | → write a command',
    '9:33 [requirements] unknown key `requirements` in `validate[5]` | → the keys are name, run, agent, prompt, instructions, when, needs and timeout',
  ]);
});
