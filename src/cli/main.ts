// argv → one command → exit code.

import { program } from './program.ts';

// A reader that has seen enough (`ptask plan | head`) closes the pipe; that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void program().parseAsync();
