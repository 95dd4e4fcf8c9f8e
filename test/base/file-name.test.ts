import fc from 'fast-check';
import { fileNameOf } from '../../src/base/file-name.ts';
import { config } from '../config/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('base/file-name');

test('a name stays as it is but for its separators', () => {
  assert.is(fileNameOf('api.test_1-a'), 'api.test_1-a');
  assert.is(fileNameOf('test:unit'), 'test+unit');
  assert.is(fileNameOf('@app/web#build'), '@app,web#build');
});

const part = fc.stringMatching(/^@?[A-Za-z0-9]{1,3}$/);
const name = fc
  .tuple(part, fc.array(fc.tuple(fc.constantFrom(':', '/', '#'), part), { maxLength: 3 }))
  .map(([first, more]) => first + more.map((each) => each.join('')).join(''));

test('two names of a config never share a file, on whatever disk', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      fc.pre(a.toLowerCase() !== b.toLowerCase() && !/^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(a + b));
      assert.is(config(`tasks: { "${a}": { run: x }, "z-${b}": { run: x } }\n`).tasks.length, 2);
      assert.is.not(fileNameOf(a).toLowerCase(), fileNameOf(b).toLowerCase());
      assert.match(fileNameOf(a), /^[\w@#+,-]+$/);
    }),
  );
});
