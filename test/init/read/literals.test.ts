import { literalsOf, onlyText } from '../../../src/init/read/literals.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('init/read/literals');

test('texts, lists and objects of texts', () => {
  assert.equal(literalsOf("x({ entry: 'src/a.ts' })", 'entry'), [{ kind: 'texts', texts: ['src/a.ts'] }]);
  assert.equal(literalsOf('entry: [\'a\', "b",]', 'entry'), [{ kind: 'texts', texts: ['a', 'b'] }]);
  assert.equal(literalsOf("entry: { index: 'a', 'x/y': `b` }", 'entry'), [
    { kind: 'texts', texts: ['a', 'b'] },
  ]);
});

test('what is computed is not known', () => {
  for (const code of ['entry: glob("a")', 'entry: ["a", b]', 'entry: `a${b}`', 'entry: { ...a }'])
    assert.equal(literalsOf(code, 'entry'), [{ kind: 'other' }], code);
});

test('paths from the folder of the config', () => {
  assert.is(onlyText("outDir: path.resolve(__dirname, 'lib')", 'outDir'), 'lib');
  assert.is(onlyText("outDir: fileURLToPath(new URL('./lib', import.meta.url))", 'outDir'), './lib');
});

test('comments, other keys and strings are passed over', () => {
  const code =
    "// outDir: 'a'\n/* outDir: 'b' */ x.outDir; const url = 'http://x'; rootOutDir: 'c', build: { outDir: 'd' }";
  assert.is(onlyText(code, 'outDir'), 'd');
});

test('none, one, several', () => {
  assert.is(onlyText('', 'outDir'), undefined);
  assert.is(onlyText("outDir: 'a', outDir: 'a'", 'outDir'), 'a');
  assert.is(onlyText("outDir: 'a', outDir: 'b'", 'outDir'), null);
  assert.is(onlyText('outDir: a', 'outDir'), null);
});
