// What looks at a package as others would get it, and what gives it to them.

import { literalPattern } from '../../plan/patterns/index.ts';
import { below } from '../read/repository.ts';
import { unique, wordList } from '../read/values.ts';
import { entryFiles } from '../read/workspace.ts';
import { manifestOf, type Place, type Read, type Tool, task } from './tool.ts';

/** Its package.json, and the folders that this leads to. */
function shipped(place: Place): Read[] {
  const { folder } = place.package;
  const tops = entryFiles(place.package).map((path) => {
    const [first = '', ...rest] = path.split('/');
    return `${literalPattern(below(folder, first))}${rest.length > 0 ? '/**' : ''}`;
  });
  return unique([...manifestOf(place), ...tops]);
}

const lookers: Tool = {
  programs: ['publint', 'attw', 'size-limit', 'es-check', 'arethetypeswrong'],
  judge(_, place) {
    const reads = shipped(place);
    const configs = place.repository
      .names(place.package.folder)
      .filter((name) => /^\.(?:size-limit|attw|escheckrc)/.test(name));
    if (reads.length < 2) return undefined;
    return task({
      role: 'check',
      reads: [...reads, ...configs.map((name) => below(place.package.folder, name))],
      writes: [],
    });
  },
};

/** What changes something other than files, or asks a person: programs by why they are no task. */
const OFF: [why: string, programs: string][] = [
  [
    'it publishes or deploys',
    `semantic-release release-it np bumpp standard-version commit-and-tag-version gh-pages vercel netlify wrangler
     firebase surge fly flyctl heroku serverless sls cdk sst pulumi terraform eas`,
  ],
  [
    'it is about git',
    'husky lefthook simple-git-hooks lint-staged nano-staged commitlint cz git-cz commit git',
  ],
  [
    'it changes something other than files',
    'docker docker-compose podman kubectl helm psql knex typeorm sequelize drizzle-kit dbmate supabase',
  ],
  [
    'it never ends',
    `nodemon ts-node-dev tsnd serve http-server live-server sirv json-server expo electron pm2 onchange chokidar
     start-storybook browser-sync wait-on`,
  ],
  ['it waits for a person', 'ncu npm-check-updates taze plop hygen open-cli'],
];

export const others: Tool[] = [
  lookers,
  ...OFF.map(
    ([why, programs]): Tool => ({ programs: wordList(programs), judge: () => ({ kind: 'off', why }) }),
  ),
  {
    programs: ['changeset', 'changesets'],
    judge: ({ args }) =>
      args.words[0] === 'status' ? undefined : { kind: 'off', why: 'it is about releases' },
  },
  {
    programs: ['npm', 'pnpm', 'yarn', 'bun', 'lerna'],
    judge: ({ args }) =>
      args.has('publish', 'version')
        ? { kind: 'off', why: 'it publishes' }
        : args.has('install', 'i', 'ci', 'add')
          ? { kind: 'off', why: 'it installs packages' }
          : undefined,
  },
];
