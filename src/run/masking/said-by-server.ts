// What a server says of us, fit to be shown: it may say back what we have told it, and as much as it likes.

import { Masker } from './masking.ts';
import { valuesSent } from './server-secrets.ts';

const MOST_CHARACTERS = 300;

/** @param headers that are sent to it, with their values */
export function saidByServer(headers: Readonly<Record<string, string>>): (text: string) => string {
  const masker = new Masker(valuesSent(headers));
  return (text) => {
    const shown = masker.text(text);
    return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
  };
}
