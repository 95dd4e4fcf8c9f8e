// The keyboard of whoever sits at the terminal, key by key, while nobody else reads it.

import { readFileSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';

export interface Keys {
  /** Leaves the keyboard to somebody else, until what comes back is called. */
  lend(): () => void;
  close(): void;
}

const NAMES: Readonly<Record<string, string>> = {
  '\x1b': 'escape',
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x03': 'ctrl-c',
  '\x04': 'ctrl-d',
  '\x1a': 'ctrl-z',
  '\x1c': 'ctrl-\\',
};

/** Undefined where nobody sits there. @param onKey a character, or the name of a key @param onEnd the terminal is gone */
export function openKeys(onKey: (key: string) => void, onEnd: () => void): Keys | undefined {
  const { stdin } = process;
  if (!stdin.isTTY || isInBackground()) return undefined;
  let isOpen = false;
  const hear = (text: string): void => {
    // An arrow, say: one key, and none of ours.
    if (text.length > 1 && text.startsWith('\x1b')) return;
    for (const character of text) if (isOpen) onKey(NAMES[character] ?? character);
  };
  /** A shell that has stopped us has the terminal as it likes it. */
  const goOn = (): void => void stdin.setRawMode(true);
  const open = (): void => {
    isOpen = true;
    stdin.setEncoding('utf8').on('data', hear).on('end', onEnd).on('error', onEnd);
    stdin.setRawMode(true).resume();
    process.on('SIGCONT', goOn);
  };
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('SIGCONT', goOn);
    stdin.off('data', hear).off('end', onEnd).off('error', onEnd);
    // Of a terminal that is gone nothing can be set.
    orElse(() => stdin.setRawMode(false).pause(), undefined, 'EIO', 'EBADF', 'ENOTTY');
  };
  open();
  return {
    lend() {
      close();
      return open;
    },
    close,
  };
}

/** With `&` behind it: whoever reads the keyboard then is stopped by the system. As Linux tells. */
function isInBackground(): boolean {
  const stat = orElse(() => readFileSync('/proc/self/stat', 'utf8'), '', 'ENOENT', 'EACCES');
  // Behind the name of the program, which may hold anything.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group !== foreground;
}
