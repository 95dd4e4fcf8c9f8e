// SHA-256, loaded when it is first asked for: a command that has nothing to hash should not pay for it.

import type { BinaryLike, Hash } from 'node:crypto';

let crypto: typeof import('node:crypto') | undefined;

function loaded(): typeof import('node:crypto') {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto;
}

export const sha256 = (): Hash => loaded().createHash('sha256');

/** In hexadecimal. */
export const digestOf = (text: BinaryLike): string => loaded().hash('sha256', text, 'hex');
