import { parse } from 'yaml';
import { assert, suite } from '../../support/suite.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/make');

test('targets, files that are made, recipes that call others, and what only make knows', () => {
  const { yaml, notes } = proposed({
    '.gitignore': 'bin\n',
    Makefile: `BINARY := bin/app
GO ?= go

.PHONY: all build test lint fmt clean run ci docs install
all: lint test build stamp tool
build: $(BINARY)
$(BINARY): main.go go.mod | bin
\t$(GO) build -o $@ .
bin:
\t@mkdir -p bin
api/api.pb.go: api/api.proto
\tprotoc --go_out=. $<
test: api/api.pb.go
\t@$(GO) test ./...
lint:
\t-golangci-lint run
\t$(GO) vet ./...
fmt:
\tgofmt -w .
ci:
\t$(MAKE) lint
\t$(MAKE) test
docs: docs/index.html
docs/index.html: docs/index.md
\tpandoc $< -o $@ && echo $$HOME
stamp:
\techo $(shell date) > stamp
%.o: %.c
\tcc -c $< -o $@
tool: main.o util.o
\tcc -o $@ $^
clean:
\trm -rf bin
run: build
\t./$(BINARY)
install: build
\tcp $(BINARY) /usr/local/bin
`,
  });
  assert.is(
    yaml,
    text(`
    cache:
      tools: [go version]

    x-files: &files ['**/*.go', go.mod, go.sum, '!bin/**', '!docs/index.html']

    tasks:
      all:
        needs: [lint, test, build, stamp, tool]

      build:
        needs: [bin/app]

      bin/app:
        run: [mkdir -p bin, go build -o bin/app .]
        reads: *files
        writes: [bin/app]

      api/api.pb.go:
        run: protoc --go_out=. api/api.proto
        reads: [api/api.proto]
        writes: [api/api.pb.go]

      test:
        run: go test ./...
        needs: [api/api.pb.go]
        reads: ['**', '!bin/**', '!docs/index.html']
        writes: []

      lint:
        run: [golangci-lint run || true, go vet ./...]
        reads: *files
        writes: []

      ci:
        needs: [lint, test]

      docs:
        needs: [docs/index.html]

      docs/index.html:
        run: pandoc docs/index.md -o docs/index.html && echo $HOME
        reads: [docs/index.md]
        writes: [docs/index.html]

      # What it reads and writes is not known (\`make stamp\`): it always runs.
      # Declare \`reads\` and \`writes\` to have it cached.
      stamp:
        run: make stamp

      # What it reads and writes is not known (\`make tool\`): it always runs, after
      # all that may matter to it. Declare \`reads\` and \`writes\`, and drop the
      # \`needs\` that files make clear.
      tool:
        run: make tool
        needs: [stamp]

      # Not in a run of all tasks. To add one, remove the signs before its lines.

      # It changes your sources:
      # fmt:
      #   run: gofmt -w .
      #   reads: ['**/*.go', '!bin/**', '!docs/index.html']
      #   writes: ['**/*.go', '!bin/**', '!docs/index.html']
  `),
  );
  assert.equal(notes, [
    'left out (removes files): clean',
    'left out (never ends; to have it as a task, say `service: true`): run',
    'left out (waits for a person or changes the setup): install',
  ]);
});

const PORTS = `PLATS= guess aix linux mingw
PLAT= guess
.PHONY: all local $(PLATS) help test clean
all:\t$(PLAT)
$(PLATS) help test clean:
\t@cd src && $(MAKE) $@
local:
\t$(MAKE) install INSTALL_TOP=../install
shim: shim.o
\tcc -o $@ $^
%.o: %.c
\tcc -c $< -o $@
`;

test('of many targets that only make knows, what plain make makes and what is usual; one after the other', () => {
  const { yaml, notes } = proposed({ Makefile: PORTS });
  assert.is(
    yaml,
    text(`
    cache: true

    tasks:
      all:
        needs: [guess]

      # What it reads and writes is not known (\`cd src && make guess\`): it always
      # runs. Declare \`reads\` and \`writes\` to have it cached.
      guess:
        run: cd src && make guess

      # What it reads and writes is not known (\`cd src && make test\`): it always
      # runs, after all that may matter to it. Declare \`reads\` and \`writes\`, and
      # drop the \`needs\` that files make clear.
      test:
        run: cd src && make test
        needs: [guess]
  `),
  );
  assert.equal(notes, [
    'left out (not made by plain `make`): aix, linux, mingw, local, shim',
    'left out (only prints): help',
    'left out (removes files): clean',
  ]);
});

test('plain make is what the Makefile says it is', () => {
  const goal = (lines: string): string[] => {
    const rules = 'one:\n\t./one $(X)\ntwo:\n\t./two\n';
    return Object.keys((parse(proposed({ Makefile: `${lines}${rules}` }).yaml) as { tasks: object }).tasks);
  };
  assert.equal(goal(''), ['one']);
  assert.equal(goal('.DEFAULT_GOAL := two\n'), ['two']);
  assert.equal(goal('G = two\n.DEFAULT_GOAL = $(G)\n'), ['two']);
  assert.equal(goal('first: one two\n'), ['first', 'one', 'two']);
  // It may need any of them.
  assert.equal(goal('first: $(shell ls)\n\t./first\n'), ['first', 'one', 'two']);
});

test('in front of scripts it is a note', () => {
  const files = { Makefile: 'all:\n\techo\n', 'package.json': { scripts: { lint: 'eslint .' } } };
  const { yaml, notes } = proposed(files);
  assert.not.match(yaml, /echo/);
  assert.equal(notes, [
    'what Makefile tells make is not in it: `ptask migrate make --config <file>` makes tasks of that',
  ]);
});

test('what runs in hooks is a note, too', () => {
  const { notes } = proposed({
    'package.json': { scripts: { lint: 'eslint .' }, 'lint-staged': { '*.ts': 'eslint --fix' } },
    '.husky/pre-commit': 'npx lint-staged\n',
  });
  assert.equal(notes, [
    'what package.json tells lint-staged is not in it: `ptask migrate lint-staged --config <file>` makes tasks of that',
    'a git hook in .husky can run all tasks by one line: npx --no-install ptask --quiet',
  ]);
});
