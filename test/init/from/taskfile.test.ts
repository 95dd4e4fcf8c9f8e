import { assert, suite } from '../../support/suite.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/taskfile');

const of = (taskfile: string, others: Record<string, string> = {}) =>
  proposed({ 'Taskfile.yml': text(taskfile), ...others }, 'taskfile');

test('commands, sources, what they generate, dependencies, variables', () => {
  const { yaml, notes } = of(`
    version: '3'
    vars: { OUT: bin/app, VERSION: { sh: git describe } }
    env: { CGO_ENABLED: '0' }
    dotenv: ['.env']
    tasks:
      default: { deps: [lint, test], cmds: [{ task: build }] }
      build:
        desc: Build the binary
        deps: [generate]
        cmds: ['go build -o {{.OUT}} .']
        sources: ['**/*.go', go.mod, { exclude: '**/*_test.go' }]
        generates: ['{{.OUT}}']
      generate: { cmds: [go generate ./...], sources: ['api/*.proto'], generates: ['api/*.pb.go'] }
      test: go test ./... {{.CLI_ARGS}}
      lint: { cmds: [{ cmd: golangci-lint run, ignore_error: true }] }
      version: { cmds: ['echo {{.VERSION}}'] }
      stamp: { cmds: ['echo {{.VERSION}} > stamp.txt'] }
      site: { dir: web, cmds: [make site], status: [test -f x], env: { KIND: '{{.OUT}}' } }
      dev: { watch: true, cmds: [air] }
      'start-*': { cmds: [echo] }
  `);
  assert.is(
    yaml,
    text(`
    cache:
      tools: [go version]

    env:
      CGO_ENABLED: '0'

    dotenv: [.env]

    tasks:
      default:
        needs: [lint, test, build]

      build:
        description: Build the binary
        run: go build -o bin/app .
        needs: [generate]
        reads: ['**/*.go', go.mod, '!**/*_test.go']
        writes: [bin/app]

      generate:
        run: go generate ./...
        reads: [api/*.proto]
        writes: [api/*.pb.go]

      test:
        run: go test ./...
        reads: ['**', '!bin/app']
        writes: []

      lint:
        run: golangci-lint run || true
        reads: ['**/*.go', '!bin/app']
        writes: []

      # What it reads and writes is not known (\`task stamp\`): it always runs.
      # Declare \`reads\` and \`writes\` to have it cached.
      stamp:
        run: task stamp

      # task asks its \`status\` whether it is up to date: ptask compares what it
      # reads.
      # What it reads and writes is not known (\`make site\`): it always runs.
      # Declare \`reads\` and \`writes\` to have it cached.
      site:
        cwd: web
        run: make site
        env:
          KIND: bin/app
  `),
  );
  assert.equal(notes, [
    'left out (publishes or deploys): version',
    'left out (never ends; to have it as a task, say `service: true`): dev, start-*',
  ]);
});

test('what it includes, with its names and its folder', () => {
  const { yaml } = of(
    `
      includes: { docs: ./docs, lib: { taskfile: lib/tasks.yml, dir: lib } }
      tasks:
        all: { deps: ['docs:build', 'lib:test'] }
    `,
    {
      'docs/Taskfile.yml': 'tasks:\n  build: { deps: [gen], cmds: [mkdocs] }\n  gen: ruff check .\n',
      'lib/tasks.yml': 'tasks: { test: pytest }\n',
    },
  );
  assert.match(yaml, /all:\n {4}needs: \[docs:build, lib:test\]/);
  assert.match(yaml, /docs:build:\n {4}run: mkdocs\n {4}needs: \[docs:gen\]/);
  assert.match(yaml, /lib:test:\n {4}cwd: lib\n {4}run: pytest\n {4}reads: \[lib\/\*\*\]/);
});

test('what talks to a person has the terminal to itself, and no cache', () => {
  const { yaml } = of(`
    version: '3'
    tasks:
      wizard: { cmds: [./wizard], interactive: true, sources: [x], generates: [y] }
  `);
  assert.match(yaml, /wizard:\n {4}run: .\/wizard\n[\s\S]*raw: true/);
  assert.not.match(yaml, /wizard:[\s\S]*cache/);
});
