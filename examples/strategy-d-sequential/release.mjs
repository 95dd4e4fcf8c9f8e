// The steps of a release; each fails when the one before it has not been.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const read = (file) => readFileSync(file, 'utf8');
const steps = {
  version() {
    const [major, minor] = read('VERSION').trim().split('.').map(Number);
    mkdirSync('dist', { recursive: true });
    writeFileSync('dist/version.txt', `${major}.${minor + 1}\n`);
  },
  notes() {
    const version = read('dist/version.txt').trim();
    const section = read('CHANGES.md')
      .split(/^# /m)
      .find((part) => part.startsWith(`${version}\n`));
    writeFileSync('dist/notes.md', section.slice(version.length).trim().concat('\n'));
  },
  archive() {
    const [version, notes] = [read('dist/version.txt').trim(), read('dist/notes.md')];
    writeFileSync('dist/release.json', `${JSON.stringify({ version, notes })}\n`);
  },
  announce() {
    const { version, notes } = JSON.parse(read('dist/release.json'));
    console.log(`Version ${version} is out.\n${notes}`);
  },
};

steps[process.argv[2]]();
