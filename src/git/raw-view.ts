// The work tree as bytes. What git stores of a file is not always what lies on the disk: line ends, encodings, filters and
// `$Id$` stand between, and core.fileMode may say that permissions do not count. A task has to find the user's bytes and to
// leave its own, so whatever compares, keeps or writes files on its behalf does so without any conversion.
//
// git can be told so in one place only, which wins over all others: `info/attributes` of its folder. So there is a folder of
// our own, with the repository's objects and the work tree that is asked about.

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectFormatOf } from './objects.ts';
import type { Repository } from './repository.ts';

/** Which attributes convert: all of them off. An encoding can only be unset, not refused. */
const ATTRIBUTES = '* -text -ident -filter !working-tree-encoding\n';

export class RawView {
  readonly #repository: Repository;
  readonly #folder: string;
  #isMade = false;

  /** @param folder of ours, made when it is first needed */
  constructor(repository: Repository, folder: string) {
    this.#repository = repository;
    this.#folder = folder;
  }

  /** For git calls on an index file and the files of a work tree of this repository, without conversions. */
  on(workTree: string, index: string): { env: Record<string, string> } {
    if (!this.#isMade) this.#make();
    return {
      env: {
        GIT_DIR: this.#folder,
        GIT_WORK_TREE: workTree,
        GIT_INDEX_FILE: index,
        GIT_OBJECT_DIRECTORY: join(this.#repository.commonDir, 'objects'),
      },
    };
  }

  #make(): void {
    const { gitDir, commonDir } = this.#repository;
    const format = objectFormatOf(this.#repository);
    for (const name of ['info', 'objects', 'refs']) mkdirSync(join(this.#folder, name), { recursive: true });
    writeFileSync(join(this.#folder, 'HEAD'), 'ref: refs/heads/none\n');
    writeFileSync(join(this.#folder, 'info', 'attributes'), ATTRIBUTES);
    const exclude = join(commonDir, 'info', 'exclude');
    if (existsSync(exclude)) copyFileSync(exclude, join(this.#folder, 'info', 'exclude'));
    const isSha1 = format === 'sha1';
    writeFileSync(
      join(this.#folder, 'config'),
      [
        '[core]',
        `repositoryformatversion = ${isSha1 ? 0 : 1}`,
        // What the repository says of ignored files, of names and of the disk holds here, too.
        ...included([join(commonDir, 'config'), join(gitDir, 'config.worktree')]),
        '[core]',
        'bare = false',
        'autocrlf = false',
        'fileMode = true',
        'symlinks = true',
        'sparseCheckout = false',
        ...(isSha1 ? [] : ['[extensions]', `objectFormat = ${format}`]),
        '',
      ].join('\n'),
    );
    this.#isMade = true;
  }
}

const included = (files: readonly string[]): string[] =>
  files.filter((file) => existsSync(file)).flatMap((file) => ['[include]', `path = ${JSON.stringify(file)}`]);
