// Files of tests beside what they test: a build reads all of a folder but these, and a person would say so.

const FORMS: readonly (readonly [test: RegExp, glob: (path: string) => string])[] = [
  [/(?:^|\/)__tests__\//, () => '__tests__/**'],
  [/(?:^|\/)__mocks__\//, () => '__mocks__/**'],
  [/\.test\.\w+$/, (path) => `*.test.${extensionOf(path)}`],
  [/\.spec\.\w+$/, (path) => `*.spec.${extensionOf(path)}`],
  [/_test\.(?:go|py|rb)$/, (path) => `*_test.${extensionOf(path)}`],
  [/(?:^|\/)test_[^/]*\.py$/, () => 'test_*.py'],
];

const extensionOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** What names all files like it, below any folder; undefined for a file that is no test. */
export function testForm(path: string): string | undefined {
  return FORMS.find(([test]) => test.test(path))?.[1](path);
}
