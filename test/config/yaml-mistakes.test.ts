/** The mistakes people make in YAML: each told once, at its place, with the way out. */
import { assert, suite } from '../support/suite.ts';
import { lines, problems } from './support.ts';

const test = suite('config/yaml-mistakes');

const QUOTED_COLUMN = 'align the keys of a map, and the items of a list, in one column';

const mistakes: Record<string, [text: string, ...told: string[]]> = {
  'a colon in a value': [
    'tasks:\n  a:\n    run: echo a: b # say it\n',
    "3:10 [e] an unquoted value cannot have a colon and a space in it | → quote it: 'echo a: b'",
  ],
  prose: [
    'Dear all: this is: a letter\n',
    "1:11 [t] an unquoted value cannot have a colon and a space in it | → quote it: 'this is: a letter'",
  ],
  'a quote that is not closed': [
    "tasks:\n  a:\n    run: 'echo\n    reads: [x]\n",
    "3:10 ['] this quote is not closed | → end the text with '",
  ],
  'a double quote that is not closed': [
    'tasks:\n  a:\n    run: "echo\n',
    '3:10 ["] this quote is not closed | → end the text with "',
  ],
  'a list that is not closed': [
    'tasks:\n  a:\n    reads: [a, b\n    writes: [c]\n',
    '3:12 [[] this list is not closed | → a `]` is missing',
  ],
  'a map that is not closed': [
    'tasks: { a: { run: x }\n',
    '1:8 [{] this map is not closed | → a `}` is missing',
  ],
  'a bracket too many': ['tasks:\n  a:\n    reads: [a]]\n', '3:15 []] this `]` closes nothing | → remove it'],
  'a comma too many': ['tasks:\n  a:\n    reads: [a,, b]\n', '3:15 [,] extra comma | → remove it'],
  'a line indented too little': [
    'tasks:\n  a:\n    run: x\n   reads: [a]\n',
    `4:4 [reads: [a]] the indentation does not match the lines around it | → ${QUOTED_COLUMN}`,
  ],
  'a line indented too much': [
    'tasks:\n  a:\n    run: x\n      reads: [a]\n',
    `3:10 [x] the next line is indented as if it were part of this value | → ${QUOTED_COLUMN}`,
  ],
  'a list among keys': [
    'tasks:\n  a:\n    run: x\n    - b\n',
    `4:5 [- b] a list item cannot be among the keys of a map | → ${QUOTED_COLUMN}`,
  ],
  'a key without its colon': [
    'tasks:\n  a\n    run: x\n',
    '2:3 [a] a colon is missing after `a` | → write `a:`',
  ],
  'a colon without its space': [
    'tasks:\n  a:\n    run:x\n    reads: [a]\n',
    '3:5 [run] a space is missing after the colon | → write `run: x`',
  ],
  'a value that begins with @': [
    'tasks:\n  a:\n    run: @foo/cli x\n',
    "3:10 [@] an unquoted value cannot begin with @ | → quote it: '@foo/cli x'",
  ],
  'a value that begins with a backtick': [
    'tasks:\n  a:\n    run: `x`\n',
    "3:10 [`] an unquoted value cannot begin with ` | → quote it: '`x`'",
  ],
  'a template that is not quoted': [
    'tasks:\n  a:\n    run: {{ x }}\n',
    "3:11 [{ x }] a map cannot be a key | → if it is a string, quote it: '{{ x }}'",
  ],
  'braces that are not quoted': [
    'tasks:\n  a:\n    reads:\n      - {a,b}/*.ts\n',
    "4:14 [/*.ts] the value has ended before this | → quote the whole value: '{a,b}/*.ts'",
  ],
  'braces in a list that are not quoted': [
    'tasks:\n  a:\n    reads: [{a,b}/*.ts]\n',
    '3:18 [/*.ts] the value has ended before this | → quote a value with brackets, braces or quotes in it',
  ],
  'text after a quote': [
    `tasks:\n  a:\n    run: "x" --y\n`,
    `3:14 [--y] the value has ended before this | → quote the whole value: '"x" --y'`,
  ],
  'a pipe at the beginning': [
    'tasks:\n  a:\n    run: | grep\n',
    "3:12 [grep] | and > start a block of lines: nothing may follow them on the same line | → quote the whole value: '| grep'",
  ],
  'a backslash in double quotes': [
    'tasks:\n  a:\n    run: "C:\\dir"\n',
    '3:13 [\\] `\\d` is no escape sequence | → use single quotes, where a backslash is just a backslash',
  ],
  'a list as a key': [
    'tasks:\n  ? [a, b]\n  : {run: x}\n',
    "2:5 [[a, b]] a list cannot be a key | → if it is a string, quote it: '[a, b]'",
  ],
  'a merge of what is no map': [
    'tasks:\n  a:\n    <<: hello\n',
    '3:9 [hello] `<<` merges a map, and this is not one | → name the anchor of a map: <<: *base',
  ],
  'a merge of nothing': [
    'tasks:\n  a:\n    <<:\n    run: x\n',
    '3:5 [<<] `<<` merges a map, and this is not one | → name the anchor of a map: <<: *base',
  ],
  'an alias without an anchor': [
    'x-a: &defaults {}\ntasks:\n  a: *defaluts\n',
    '3:6 [*defaluts] there is no anchor `&defaluts` above | → did you mean `defaults`?',
  ],
  'an alias in front of its anchor': [
    'tasks:\n  a: *d\n  b: &d {run: x}\n',
    "2:6 [*d] there is no anchor `&d` above | → write `&d` before what it repeats, or quote a pattern: '*d'",
  ],
  'an alias inside what it repeats': [
    'tasks: &t\n  a: *t\n',
    '2:6 [*t] `*t` refers to something it is part of | → remove it, or move the anchor',
  ],
  'stars that are not quoted': [
    'tasks:\n  a:\n    reads:\n      - *.ts\n      - **/*.{ts,tsx}\n',
    "4:9 [*.ts] an unquoted * starts a YAML alias | → quote the pattern: '*.ts'",
    "5:9 [**/*.{ts,tsx}] an unquoted * starts a YAML alias | → quote the pattern: '**/*.{ts,tsx}'",
  ],
  'stars in a list that are not quoted': [
    'tasks:\n  a:\n    reads: [*, **, **/*.ts, *.{ts,tsx}]\n',
    "3:13 [*] an unquoted * starts a YAML alias | → quote the pattern: '*'",
  ],
  'exclamation marks that are not quoted': [
    'tasks:\n  a:\n    reads:\n      - !src/{a,b}/**\n      - !(a|b)/x\n    writes: [src/**, !src/gen/**]\n',
    "4:9 [!src/{a,b}/**] an unquoted ! starts a YAML tag | → quote the pattern: '!src/{a,b}/**'",
    "5:9 [!(a|b)/x] an unquoted ! starts a YAML tag | → quote the pattern: '!(a|b)/x'",
    "6:22 [!src/gen/**] an unquoted ! starts a YAML tag | → quote the pattern: '!src/gen/**'",
  ],
  'a tag of another language': [
    'tasks:\n  a: {run: !!binary aGk=}\n',
    '2:12 [!!binary] `!!binary` is a tag, but a config is plain data | → remove it',
  ],
  'a second document': [
    'tasks:\n  a: {run: x}\n---\ntasks: {}\n',
    '3:1 [---] a config is one document, but a second one starts here | → remove the `---`',
  ],
  'a zero character': [
    'tasks:\n  a: {run: "a\\0b"}\n',
    '2:12 ["a\\0b"] a zero character cannot be part of a command, a path or a name | → remove the `\\0`',
  ],
};

for (const [name, [text, ...expected]] of Object.entries(mistakes)) {
  test(name, () => assert.equal(problems(text), expected));
}

test('a tab is told once, however many there are', () => {
  const text = `tasks:\n${'\ta: x\n'.repeat(50)}`;
  assert.equal(problems(text), ['2:1 [  ] a tab cannot indent YAML | → use spaces']);
});

test('each line is told once, in the order of the text', () => {
  const text = lines`
    tasks:
      a:
        run: 'x' && 'y'
      b:
        run: @z
      c:
        reads: [*.ts]
  `;
  assert.equal(
    problems(text).map((line) => line.split(' | ')[0]),
    ['3:14 [&&] the value has ended before this', '5:10 [@] an unquoted value cannot begin with @'],
    'what the parser guesses behind an error is not told',
  );
});

test('what is wrong before an error of the parser is told with it', () => {
  const text = 'tasks:\n  a: {reads: [*.ts]}\n  a: {run: x}\n  b: {run: @z}\n';
  assert.equal(
    problems(text).map((line) => line.split(' ')[0]),
    ['2:15', '3:3', '4:12'],
  );
});

test('what is odd and sound is not told', () => {
  const texts = [
    'tasks:\n  a:\n    run: x\n    reads: [\n      src/**,\n    ]\n',
    '%YAML 1.1\n---\ntasks: {a: {run: x}}\n...\n',
    '%FOO bar\n---\ntasks: {a: {run: x}}\n',
    'tasks:\n  \'a\': {"run": x,}\n',
    'tasks:\n  a:\n    run: |\n      if true; then\n        echo: yes\n      fi\n',
    'tasks: !!map\n  a: {run: !!str 3}\n',
    'tasks:\n  ? a\n  : run: x\n',
  ];
  for (const text of texts) assert.equal(problems(text), [], text);
});

test('%YAML 1.1 does not make a yes of a word', () => {
  assert.equal(problems('%YAML 1.1\n---\nbarrier: yes\ntasks: {a: {run: x}}\n'), [
    '3:10 [yes] `barrier` cannot be `yes` | → write true or false',
  ]);
});

const json = (text: string) => problems(text, { file: 'parallel.config.json' });

test('JSON has its own mistakes', () => {
  assert.equal(json('{\n  // hi\n  "tasks": {}\n}'), [
    '2:3 [//] JSON has no comments | → remove it, or write the config as parallel.config.yaml',
  ]);
  assert.equal(json('{\n  "tasks": {"a": {"run": "x" "reads": []}}\n}'), [
    '2:30 ["reads"] missing comma before this',
  ]);
  assert.equal(json('{\n  "tasks": {"a": {"run": "x"\n'), [
    '2:18 [{] this map is not closed | → a `}` is missing',
  ]);
  assert.equal(json('{"tasks": {"a": {"run": "x"}, "a": {"run": "y"}}}'), [
    '1:31 ["a"] duplicate key `a` | 1:12 the first one | → remove or rename one of them',
  ]);
});

test('JSON with tabs is read, with its columns', () => {
  const text = '{\n\t"tasks": {\n\t\t"a": {\t"run":\t"// x",\n\t\t\t"runn": 3\n\t\t}\n\t}\n}\n';
  assert.equal(json(text), ['4:4 ["runn"] unknown key `runn` in `tasks.a` | → did you mean `run`?']);
  assert.equal(json(text.replace(/,\s*"runn": 3/, '')), []);
});
