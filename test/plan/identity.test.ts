import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Identity, type Names } from '../../src/plan/canonical-path.ts';
import { foldList, foldPath } from '../../src/plan/case-fold.ts';
import { ignoreCaseOf, ignoresCase, linksOf, symlinksAmong } from '../../src/plan/file-system.ts';
import type { Link } from '../../src/plan/link-index.ts';
import { listTree } from '../../src/plan/listing.ts';
import { matcher, overlap, type PatternList } from '../../src/plan/patterns/index.ts';
import { repo, runGit } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('plan/identity');

const listOf = (text: string): string[] => text.split(' ');

/** Whether two lists, patterns separated by spaces, touch a common file under any of its names. */
function meet(a: PatternList, b: PatternList, names: Partial<Names>): boolean {
  const identity = new Identity({ ignoreCase: false, links: [], fileLinks: [], ...names }, [a, b]);
  return identity
    .canonical(a)
    .some((one) => identity.canonical(b).some((other) => overlap(one.list, other.list).overlap));
}

const meetInAnyCase = (a: string, b: string): boolean => meet(listOf(a), listOf(b), { ignoreCase: true });
const fold = (text: string): string => {
  const { list, exact } = foldList(listOf(text), { ignoreCase: true });
  return list.join(' ') + (exact ? '' : ' …');
};

test('the common case is plain: every list is its own part, every path its own name', () => {
  const list = ['src/**', '!src/A/**'];
  const identity = new Identity({ ignoreCase: false, links: [], fileLinks: [] }, [list]);
  assert.ok(identity.isPlain);
  assert.equal(identity.canonical(list), [{ list, written: [0, 1], exact: true }]);
  assert.is(identity.path('src/Ä'), 'src/Ä');
  assert.not.ok(new Identity({ ignoreCase: true, links: [], fileLinks: [] }, []).isPlain);
  assert.not.ok(new Identity({ ignoreCase: false, links: [], fileLinks: [] }, [['ä']]).isPlain);
});

test('case: names and wildcards', () => {
  assert.ok(meetInAnyCase('Dist/App.js', 'dist/app.JS'));
  assert.ok(meetInAnyCase('Src/**', 'src/a.ts'));
  assert.ok(meetInAnyCase('ÄRGER', 'ärger'));
  assert.not.ok(meetInAnyCase('Src/*.ts', 'src/*.js'));
  assert.not.ok(meet(['Dist'], ['dist'], {}), 'unless case counts');
});

test('case: classes keep what they mean', () => {
  assert.is(fold('src/[A-C]*.ts'), 'src/[abc]*.ts');
  assert.is(fold('[[:upper:]x]'), '[abcdefghijklmnopqrstuvwxyz]');
  assert.is(fold('[0123]A'), '[0123]a');
  assert.is(fold('[^A]b'), '[^/]b', 'an `a` is none of them');
  assert.is(fold('[^Aa]B'), '[^a]b');
  assert.is(fold('@(A|b[C-D])'), '@(a|b[cd])');
  assert.is(fold('\\[A\\]'), '\\[a\\]');
  assert.is(fold('x/[Ż-ż]'), 'x/[ż]');
});

test('case: what cannot be folded counts as all below its prefix, and as no exclude', () => {
  assert.is(fold('Src/[/A]x'), 'src/** …');
  assert.is(fold('** !Src/[;A]x'), '** …');
  assert.is(fold('Src/{A..c}'), 'src/** …');
});

test('case: excludes leave out every spelling of a name, and no more', () => {
  assert.not.ok(meetInAnyCase('dist/** !dist/App.js', 'dist/app.js'));
  assert.ok(meetInAnyCase('src/** !src/[A-Z]*', 'src/main.ts'), 'it was only capitals that were left out');
  assert.not.ok(meetInAnyCase('src/** !src/[A-Za-z]*', 'src/main.ts'));
  assert.not.ok(meetInAnyCase('src/!(Main).ts', 'src/main.ts'));
  assert.not.ok(meetInAnyCase('src/** !src/[^a].c', 'src/b.c'));
  assert.ok(meetInAnyCase('src/** !src/[^a].c', 'src/A.c'), 'A is a');
});

test('composed and decomposed characters are one, whatever the case', () => {
  assert.ok(meet(['caf\u00e9/*'], ['cafe\u0301/a'], {}));
  assert.ok(meet(['CAFE\u0301/*'], ['caf\u00e9/a'], { ignoreCase: true }));
  assert.not.ok(meet(['CAFE\u0301'], ['caf\u00e9'], {}));
});

test('every spelling of a path that a list matches is matched by the folded list', () => {
  const piece = fc.constantFrom(
    ...['a', 'B', 'é', 'Σ', '*', '?', '[A-B]', '[a-b]', '[^A]', '[!ab]', '[[:upper:]]', '[[:alpha:]]'],
    ...['@(A|b)', '{a,B}', '+(b)', '[Éé]', '[^Σ]', '/'],
  );
  const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
  const letter = fc.constantFrom('a', 'A', 'b', 'B', 'é', 'É', 'σ', 'ς', 'Σ');
  const path = fc
    .array(fc.oneof({ weight: 4, arbitrary: letter }, fc.constant('/')), { minLength: 1, maxLength: 5 })
    .map(
      (letters) =>
        letters
          .join('')
          .replace(/\/+/g, '/')
          .replace(/^\/|\/$/g, '') || 'a',
    );
  const flips = fc.array(fc.nat(2), { minLength: 5, maxLength: 5 });
  let hits = 0;
  fc.assert(
    fc.property(pattern, path, flips, fc.boolean(), (glob, name, how, decompose) => {
      // micromatch misreads the rest of a pattern with a POSIX class.
      if (/\[:.*[({]|[({].*\[:/.test(glob) || !matcher([glob])(name)) return;
      hits++;
      const spelled = [...name].map((each, at) =>
        how[at] === 0 ? each.toUpperCase() : how[at] === 1 ? each.toLowerCase() : each,
      );
      const other = spelled.join('').normalize(decompose ? 'NFD' : 'NFC');
      const { list } = foldList([glob], { ignoreCase: true });
      const found = foldPath(other, { ignoreCase: true });
      assert.ok(matcher(list)(found), `${glob} matches ${name}, ${list} not ${found}`);
      const kept = foldList(['**', '![^ab]*', `!${name}x`], { ignoreCase: true }).list;
      if (matcher(['**', '![^ab]*'])(name.toLowerCase())) assert.ok(matcher(kept)(found));
    }),
    { numRuns: 1_000 },
  );
  assert.ok(hits > 20, `${hits}`);
});

const links = (text: string): Link[] =>
  listOf(text).map((each) => {
    const [link = '', target = ''] = each.split('>');
    return { link, target };
  });

const parts = (list: string, through: string): string =>
  new Identity({ ignoreCase: false, links: links(through), fileLinks: [] }, [])
    .canonical(listOf(list))
    .map((part) => part.list.join(' ') + (part.exact ? '' : ' …'))
    .join(' | ');

test('links: what a pattern names through a link, it names below the target', () => {
  assert.is(parts('link/a.ts', 'link>lib'), 'link/a.ts lib/a.ts');
  assert.is(parts('link/**/*.ts', 'link>lib'), 'link/**/*.ts lib/**/*.ts');
  assert.is(parts('link', 'link>lib'), 'link/ lib/**', 'all that is in it');
  assert.is(parts('x.ts', 'link>lib'), 'x.ts');
  assert.is(parts('links/a.c', 'link>lib'), 'links/a.c');
  assert.is(parts('link/a.c', 'link>'), 'link/a.c a.c');
});

test('links: wildcards that reach into one', () => {
  assert.is(parts('src/**', 'src/shared>lib'), 'src/** lib/**');
  assert.is(parts('src/*/a.ts', 'src/shared>lib'), 'src/*/a.ts lib/a.ts');
  assert.is(parts('src/{shared,x}/?.ts', 'src/shared>lib'), 'src/{shared,x}/?.ts lib/?.ts');
  assert.is(parts('src/*.ts', 'src/shared>lib'), 'src/*.ts');
  assert.is(parts('{src/shared,x/y}/*.ts', 'src/shared>lib'), '{src/shared,x/y}/*.ts lib/** …');
});

test('links: nothing is added that the list says anyway', () => {
  assert.is(parts('**/*.ts', 'node_modules/x>packages/x node_modules/y>packages/y'), '**/*.ts');
  assert.is(parts('**/*.ts !node_modules/**', 'node_modules/x>packages/x'), '**/*.ts !node_modules/**');
});

test('links: an exclude leaves out what it names by that name only', () => {
  assert.is(
    parts('**/*.ts !packages/**', 'node_modules/x>packages/x'),
    '**/*.ts !packages/** | packages/x/**/*.ts',
  );
  const plain = 'src/** !src/shared/*.ts';
  assert.is(parts(plain, 'src/shared>lib'), 'src/** !src/shared/*.ts | lib/** !lib/*.ts');
  assert.is(parts('src/** !src/shared/**', 'src/shared>lib'), 'src/** !src/shared/**');
});

test('links: chains are followed and loops end', () => {
  assert.is(parts('a/x.c', 'a>b b>c'), 'a/x.c b/x.c c/x.c');
  assert.is(parts('a/x', 'a>b b>c'), 'a/x/ b/x/** c/x/**');
  assert.is(parts('a/**', 'a/self>a'), 'a/**');
  assert.is(parts('a/self/self/x.c', 'a/self>a'), 'a/self/self/x.c a/self/x.c a/x.c');
  assert.is(parts('p/q/**', 'p>r r/q>s'), 'p/q/** r/q/** s/**');
  assert.ok(parts('a/**/b/*/c', 'a/l>b b/m>a a/n> c>a/b').length < 2_000);
});

test('links: a target with signs of patterns in its name', () => {
  const identity = new Identity(
    { ignoreCase: false, links: [{ link: 'l', target: 'app/(shop)' }], fileLinks: [] },
    [],
  );
  assert.ok(matcher(identity.canonical(['l/*']).flatMap(({ list }) => list))('app/(shop)/page.tsx'));
});

test('the parts know the patterns as written', () => {
  const identity = new Identity({ ignoreCase: true, links: links('Link>lib'), fileLinks: [] }, []);
  const list = ['SRC/x.c', '!Src/[;A]x', 'link/*'];
  assert.equal(identity.canonical(list), [
    { list: ['src/x.c', 'link/*', 'lib/*'], written: [0, 2, 2], exact: false },
  ]);
});

test('whatever is one file under two names is found', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  const segment = fc.constantFrom('a', 'b', 'c', '*', '**', '@(a|b)', '{b,c}', '[ab]');
  const glob = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
  const list = fc
    .tuple(fc.array(glob, { minLength: 1, maxLength: 2 }), fc.array(glob, { maxLength: 1 }))
    .map(([includes, excludes]) => [...includes, ...excludes.map((each) => `!${each}`)]);
  const link = fc.tuple(path, fc.oneof(path, fc.constant('')));
  let hits = 0;
  fc.assert(
    fc.property(list, list, fc.array(link, { minLength: 1, maxLength: 2 }), path, (a, b, pairs, file) => {
      const through = pairs.map(([from, target]) => ({ link: from, target }));
      const names = namesOf(file, through);
      if (!names.some(matcher(a)) || !names.some(matcher(b))) return;
      hits++;
      assert.ok(meet(a, b, { links: through }), `${file}: ${names}`);
    }),
    { numRuns: 500 },
  );
  assert.ok(hits > 20, `${hits}`);
});

/** All names of a file of up to five segments. */
function namesOf(file: string, through: readonly Link[]): string[] {
  const names = new Set([file]);
  for (const name of names) {
    for (const { link, target } of through) {
      const rest = target === '' ? name : name.startsWith(`${target}/`) ? name.slice(target.length + 1) : '';
      const other = `${link}/${rest}`;
      if (rest !== '' && other.split('/').length <= 5) names.add(other);
    }
  }
  return [...names];
}

test('the links of a folder: chains, circles, dead ends, files and what lies outside', () => {
  const outside = tempDir();
  const root = join(outside, 'root');
  write(outside, { 'root/lib/deep/x': '', 'root/file': '', 'shared/inner/y': '' });
  const made: Record<string, string> = {
    ...{ one: 'lib', two: 'one', round: 'about', about: 'round', dead: 'nowhere', doc: 'file', self: '.' },
    ...{ out: '../shared', again: '../shared', inner: '../shared/inner', up: '..' },
  };
  for (const [link, target] of Object.entries(made)) symlinkSync(target, join(root, link));
  const told = linksOf(root, Object.keys(made)).links.map(({ link, target }) => `${link}>${target}`);
  assert.equal(told, [
    'inner>again/inner',
    'one>lib',
    'out>again',
    'out/inner>inner',
    'self>',
    'two>lib',
    'up/root>',
    'up/shared>again',
    'up/shared/inner>inner',
    'up/shared>out',
  ]);
  const identity = Identity.of(root, listTree(root, [{ prefix: '', except: [] }]), []);
  const touch = (a: string, b: string) =>
    identity
      .canonical([a])
      .some((one) => identity.canonical([b]).some((other) => overlap(one.list, other.list).overlap));
  assert.ok(touch('two/deep/x', 'lib/**'));
  assert.ok(touch('out/inner/y', 'inner/*'));
  assert.ok(touch('again/**', 'inner/*'));
  assert.ok(touch('up/root/lib/x', 'one/x'));
  assert.ok(touch('up/shared/a', 'out/a'));
  assert.ok(touch('self/self/file', 'file'));
  assert.not.ok(touch('dead/x', 'nowhere/x'));
  assert.equal(symlinksAmong(root, ['file', 'one', 'lib/deep/x']), ['one']);
});

test('a folder that may not be read has no links', () => {
  const root = tempDir();
  mkdirSync(join(root, 'closed'));
  chmodSync(join(root, 'closed'), 0o000);
  assert.equal(linksOf(root, ['closed/link']), { links: [], fileLinks: [] });
  assert.equal(linksOf(join(root, 'missing'), ['x']), { links: [], fileLinks: [] });
  chmodSync(join(root, 'closed'), 0o700);
});

test('whether case counts is what git has found out, also for its worktrees and below', async () => {
  const made = await repo({ files: { 'sub/x': '' } });
  await runGit(made.dir, ['config', 'core.ignorecase', 'true']);
  assert.ok(ignoresCase(made.dir));
  assert.ok(ignoresCase(join(made.dir, 'sub')));
  const { dir } = await made.worktree({ branch: 'linked' });
  assert.ok(ignoresCase(dir));
  await runGit(made.dir, ['config', 'core.ignorecase', 'false']);
  assert.not.ok(ignoresCase(made.dir));
});

test('the value in git’s config', () => {
  assert.is(ignoreCaseOf('[core]\n\tbare = false\n\tignorecase = true\n'), true);
  assert.is(ignoreCaseOf('[Core]\nIgnoreCase = "yes" ; so it is\n'), true);
  assert.is(ignoreCaseOf('[core] ignorecase\n'), true);
  assert.is(ignoreCaseOf('[core]\nignorecase = true\nignorecase = false\n'), false);
  assert.is(ignoreCaseOf('[other]\nignorecase = true\n'), undefined);
  assert.is(ignoreCaseOf(''), undefined);
});
