// The bundlers that are known, and how each is told where it begins and where it writes.

export interface Bundler {
  programs: string[];
  /** The words with which it builds; others are not known. */
  builds?: string[];
  /** The words with which it serves, and never ends; '' is none at all. */
  serves?: string[];
  config?: RegExp;
  /** Where it writes unless it is told; without, it must be told. */
  output?: string[];
  /** How it is told: by flags, by a key of its config. */
  flags?: string[];
  key?: string;
  /** Of a file that it is told to make, others have the same name and another end. */
  makesFiles?: boolean;
  /** How it is told where it begins; without, it takes all of the package in. */
  entries?: { flags?: string[]; key?: string; words?: boolean; otherwise: string[] };
  env?: string[];
}

export const BUNDLERS: Bundler[] = [
  {
    programs: ['vite'],
    builds: ['build'],
    serves: ['', 'dev', 'serve', 'preview'],
    config: /^vite\.config\.\w+$/,
    ...{ output: ['dist'], flags: ['--outDir'], key: 'outDir', env: ['NODE_ENV', 'VITE_*'] },
  },
  {
    programs: ['tsup'],
    config: /^tsup\.config\.\w+$/,
    ...{ output: ['dist'], flags: ['-d', '--out-dir'], key: 'outDir' },
    entries: { key: 'entry(?:Points)?', words: true, otherwise: ['src/index.ts', 'src/index.js'] },
  },
  {
    programs: ['tsdown'],
    config: /^tsdown\.config\.\w+$/,
    ...{ output: ['dist'], flags: ['-d', '--out-dir'], key: 'outDir' },
    entries: { key: 'entry', words: true, otherwise: ['src/index.ts'] },
  },
  { programs: ['unbuild'], config: /^build\.config\.\w+$/, output: ['dist'], key: 'outDir' },
  {
    programs: ['microbundle', 'bunchee', 'pkgroll', 'tshy', 'zshy'],
    output: ['dist'],
    flags: ['-o', '--output', '--dist'],
    serves: ['watch'],
  },
  {
    programs: ['rollup', 'rolldown'],
    config: /^roll(?:up|down)\.config\.\w+$/,
    flags: ['-d', '--dir', '-o', '--file'],
    key: '(?:file|dir)',
  },
  {
    programs: ['esbuild'],
    flags: ['--outdir', '--outfile'],
    makesFiles: true,
    entries: { words: true, otherwise: [] },
  },
  {
    programs: ['swc'],
    flags: ['-d', '--out-dir'],
    config: /^\.swcrc$/,
    entries: { words: true, otherwise: [] },
  },
  {
    programs: ['babel'],
    flags: ['-d', '--out-dir', '-o', '--out-file'],
    config: /^(?:babel\.config\.\w+|\.babelrc.*)$/,
    entries: { words: true, otherwise: [] },
  },
  { programs: ['ncc'], builds: ['build'], output: ['dist'], flags: ['-o', '--out'] },
  {
    programs: ['webpack', 'webpack-cli', 'rspack'],
    builds: ['', 'build', 'b', 'bundle'],
    serves: ['serve', 's', 'watch', 'dev'],
    config: /^(?:webpack|rspack)\.config\.\w+$/,
    output: ['dist'],
    flags: ['-o', '--output-path'],
    key: 'path',
    env: ['NODE_ENV'],
  },
  {
    programs: ['rsbuild', 'rslib'],
    builds: ['build'],
    serves: ['', 'dev', 'preview'],
    config: /^(?:rsbuild|rslib)\.config\.\w+$/,
    output: ['dist'],
    env: ['NODE_ENV', 'PUBLIC_*'],
  },
  {
    programs: ['parcel'],
    builds: ['build'],
    serves: ['', 'serve', 'watch'],
    output: ['dist'],
    flags: ['--dist-dir'],
    env: ['NODE_ENV'],
  },
  {
    programs: ['next'],
    builds: ['build'],
    serves: ['', 'dev', 'start'],
    config: /^next\.config\.\w+$/,
    output: ['.next', '!.next/cache'],
    key: 'distDir',
    env: ['NODE_ENV', 'NEXT_PUBLIC_*'],
  },
  {
    programs: ['nuxt', 'nuxi'],
    builds: ['build', 'generate'],
    serves: ['dev', 'preview', 'start'],
    config: /^nuxt\.config\.\w+$/,
    output: ['.nuxt', '.output', 'dist'],
    env: ['NODE_ENV', 'NUXT_*'],
  },
  {
    programs: ['astro'],
    builds: ['build'],
    serves: ['', 'dev', 'preview'],
    config: /^astro\.config\.\w+$/,
    output: ['dist', '.astro'],
    flags: ['--outDir'],
    key: 'outDir',
    env: ['NODE_ENV', 'PUBLIC_*'],
  },
  {
    programs: ['react-scripts'],
    builds: ['build'],
    serves: ['start'],
    output: ['build'],
    env: ['NODE_ENV', 'REACT_APP_*', 'PUBLIC_URL'],
  },
  {
    programs: ['remix', 'react-router'],
    builds: ['build', 'vite:build'],
    serves: ['dev', 'vite:dev'],
    output: ['build'],
    env: ['NODE_ENV'],
  },
  {
    programs: ['storybook'],
    builds: ['build'],
    serves: ['dev'],
    output: ['storybook-static'],
    flags: ['-o', '--output-dir'],
    env: ['NODE_ENV'],
  },
  { programs: ['ng'], builds: ['build'], serves: ['serve', 's'], output: ['dist'], flags: ['--output-path'] },
  {
    programs: ['docusaurus'],
    builds: ['build'],
    serves: ['start', 'serve'],
    output: ['build', '.docusaurus'],
    flags: ['--out-dir'],
  },
  {
    programs: ['eleventy'],
    builds: [''],
    serves: ['--serve', '--watch'],
    output: ['_site'],
    flags: ['--output'],
  },
  { programs: ['typedoc'], output: ['docs'], flags: ['--out'], config: /^typedoc\.\w+$/, key: 'out' },
];
