// The output of a task from its file to wherever it is shown, in parts and by way of what makes it safe there.

import { createReadStream } from 'node:fs';
import type { Guard } from './github.ts';
import type { Put } from './terminal.ts';

/** What goes through one and then through the other. */
export const inTurn = (first: Guard, second: Guard): Guard => ({
  push: (chunk) => second.push(Buffer.from(first.push(chunk))),
  end: () => Buffer.concat([second.push(Buffer.from(first.end())), second.end()]),
});

/** A file in parts, each when the one before has been taken. */
export async function copy(file: string, guard: Guard, put: Put): Promise<void> {
  try {
    for await (const chunk of createReadStream(file)) await put(guard.push(chunk as Buffer));
  } catch {
    await put(guard.end());
    await put('(its output cannot be read)\n');
    return;
  }
  await put(guard.end());
}
