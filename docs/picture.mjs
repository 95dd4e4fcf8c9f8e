// Makes docs/picture.svg: what `ptask plan` and `ptask` show in a terminal, for the example strategy-b-worktrees.
//
//     node docs/picture.mjs            writes docs/picture.svg
//     node docs/picture.mjs <file>     writes it elsewhere
//
// The commands really run, in a pseudo-terminal and in a repository that holds a copy of the example; an emulator draws
// what they print, and its cells become the picture. Only times and the id of the run differ from one making to the next.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { spawn } = require('@lydell/node-pty');
const { Terminal } = require('@xterm/headless');

const root = fileURLToPath(new URL('..', import.meta.url));
const COLUMNS = 92;
const CELL = { width: 8.4, height: 19 };
const FONT = 14;
const MARGIN = 18;
const BAR = 30;

const BACKGROUND = '#10151c';
const FOREGROUND = '#d5dbe3';
const DIM = '#8b96a5';
const PROMPT = '#7fb4ff';
/** The sixteen colours of a terminal; each stands out from the background by 4.5 to 1 or more. */
const PALETTE = [
  ...['#6b7686', '#ff7b72', '#5fd38d', '#e3b341', '#7fb4ff', '#d2a8ff', '#56d4dd', '#d5dbe3'],
  ...['#8b96a5', '#ffa198', '#7ee2a8', '#f2cc60', '#a5cdff', '#e2c5ff', '#8ae3ea', '#ffffff'],
];

/** Runs ptask in a terminal; resolves with the rows of cells that it leaves on the screen. */
function run(cwd, args) {
  return new Promise((resolve, reject) => {
    const screen = new Terminal({ cols: COLUMNS, rows: 60, scrollback: 500, allowProposedApi: true });
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [join(root, 'bin/ptask.cjs'), ...args], {
      cwd,
      cols: COLUMNS,
      rows: 60,
      name: 'xterm-256color',
      env: { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    });
    screen.onData((answer) => child.write(answer));
    child.onData((data) => screen.write(data));
    child.onExit(({ exitCode }) => {
      if (exitCode === 0) screen.write('', () => resolve(rowsOf(screen)));
      else reject(new Error(`ptask ${args.join(' ')} ended with ${exitCode}`));
    });
  });
}

/** Each row as pieces of one look: text, first column, colour, weight. */
function rowsOf(screen) {
  const buffer = screen.buffer.active;
  const rows = Array.from({ length: buffer.length }, (_, at) => piecesOf(buffer.getLine(at)));
  while (rows.length > 0 && rows.at(-1).length === 0) rows.pop();
  return rows;
}

function piecesOf(line) {
  const pieces = [];
  const cell = line.getCell(0);
  for (let column = 0; column < line.length; column++) {
    line.getCell(column, cell);
    if (cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const look = { fill: fillOf(cell), bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
    const last = pieces.at(-1);
    const same =
      last && last.look.fill === look.fill && last.look.bold === look.bold && last.look.dim === look.dim;
    if (same) last.text += text;
    else pieces.push({ text, column, look });
  }
  while (pieces.length > 0 && pieces.at(-1).text.trim() === '') pieces.pop();
  if (pieces.length > 0) pieces.at(-1).text = pieces.at(-1).text.trimEnd();
  return pieces;
}

function fillOf(cell) {
  if (cell.isFgPalette()) return PALETTE[cell.getFgColor()] ?? FOREGROUND;
  if (cell.isFgRGB()) return `#${cell.getFgColor().toString(16).padStart(6, '0')}`;
  return cell.isDim() ? DIM : FOREGROUND;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const prompt = (command) => [
  { text: '$', column: 0, look: { fill: DIM } },
  { text: command, column: 2, look: { fill: PROMPT, bold: true } },
];

/** Every run of text that is not blank gets its own place and length, so that no font can shift a column. */
function svgLine(pieces, row) {
  const y = BAR + MARGIN + row * CELL.height + FONT;
  const spans = pieces.flatMap(({ text, column, look }) =>
    [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => {
      const before = [...text.slice(0, match.index)].length;
      const x = MARGIN + (column + before) * CELL.width;
      const length = [...match[0]].length * CELL.width;
      const weight = look.bold ? ' font-weight="bold"' : '';
      return `<tspan x="${x.toFixed(1)}" textLength="${length.toFixed(1)}" fill="${look.fill}"${weight}>${escaped(match[0])}</tspan>`;
    }),
  );
  return spans.length === 0 ? '' : `  <text y="${y}">${spans.join('')}</text>\n`;
}

function svg(rows) {
  const width = Math.round(COLUMNS * CELL.width + 2 * MARGIN);
  const height = BAR + 2 * MARGIN + rows.length * CELL.height;
  const dots = ['#ff7b72', '#e3b341', '#5fd38d']
    .map((fill, at) => `  <circle cx="${20 + at * 18}" cy="${BAR / 2}" r="5" fill="${fill}" />\n`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">A terminal: the plan of three tasks in worktrees, and the end of their run with a collision</title>
  <rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}" />
  <rect width="${width}" height="${BAR}" rx="8" fill="#1c232d" />
${dots}  <g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT}" xml:space="preserve">
${rows.map(svgLine).join('')}  </g>
</svg>
`;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'picture-')));
try {
  // In a folder of its own: worktrees are made beside it.
  const work = join(folder, 'site');
  mkdirSync(work);
  cpSync(join(root, 'examples/strategy-b-worktrees'), work, {
    recursive: true,
    filter: (from) => !/[\\/]\.ptask(?:[\\/]|$)/.test(from.slice(root.length - 1)),
  });
  const git = (...args) => execFileSync('git', args, { cwd: work, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '--all');
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgSign=false'];
  git(...author, 'commit', '--quiet', '--no-verify', '-m', 'first');

  const plan = await run(work, ['plan']);
  const end = await run(work, []);
  const rows = [prompt('npx ptask plan'), ...plan, [], prompt('npx ptask'), ...end];
  const target = process.argv[2] ?? join(root, 'docs/picture.svg');
  writeFileSync(target, svg(rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
