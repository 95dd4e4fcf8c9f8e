import { writeSuggestions } from '../../src/ui/summary.ts';
import { assert, suite } from '../support/suite.ts';
import { paper } from './support/paper.ts';

const test = suite('ui/suggestions');

function shown(suggestions: Parameters<typeof writeSuggestions>[1]['suggestions'], width = 60): string {
  const terminal = paper({ columns: width });
  writeSuggestions(terminal, suggestions === undefined ? {} : { suggestions });
  return terminal.text();
}

test('each on lines of its own, with what it saves', () => {
  const text = shown([
    {
      kind: 'resource',
      text: '43.0s lost to db.orders: web waited while api held it',
      tasks: ['web'],
      savesMs: 40_000,
    },
    { kind: 'stray', text: 'web changed a\nb', tasks: ['web'] },
  ]);
  assert.is(
    text,
    `
How to speed up the next run
  · 43.0s lost to db.orders: web waited while api held it
    (saves up to 40.0s)
  · web changed a b
`,
  );
});

test('nothing where there is none', () => {
  assert.is(shown(undefined), '');
  assert.is(shown([]), '');
});
