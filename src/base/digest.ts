// SHA-256, loaded when it is first asked for: a command that has nothing to hash should not pay for it.

import type { BinaryLike, Hash } from 'node:crypto';

export const sha256 = (): Hash => process.getBuiltinModule('node:crypto').createHash('sha256');

/** In hexadecimal. */
export const digestOf = (text: BinaryLike): string => sha256().update(text).digest('hex');
