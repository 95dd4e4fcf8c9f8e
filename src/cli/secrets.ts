// Secrets that stand in the text of a config, for the commands that show it.

import type { Diagnostic, Place } from '../base/diagnostic.ts';
import type { Config } from '../config/config.ts';
import { Masker, maskerToLook } from '../run/masking/masking.ts';
import { secretsIn } from '../run/masking/secret-values.ts';
import { secretsWritten } from '../run/masking/written-secrets.ts';

export const maskerOf = async (config: Config): Promise<Masker> => maskerToLook(config, process.env);

/** Characters of a config that are looked through for what it calls a secret; of a longer one the lines that are shown. */
const MOST_CHARACTERS = 1_000_000;

/**
 * What is wrong with a config, fit to be shown. There is no config yet that could say what is secret, so its text is taken
 * by the line.
 */
export function withoutSecrets(diagnostics: readonly Diagnostic[], text = ''): Diagnostic[] {
  const places = diagnostics.flatMap(({ place, related = [] }) => [
    ...(place ? [place] : []),
    ...related.map((other) => other.place),
  ]);
  const shown = places.flatMap(({ lines }) => lines.map((line) => line.text));
  const { values, named } = secretsWritten(text.length > MOST_CHARACTERS ? shown.join('\n') : text);
  const masker = new Masker([...values, ...secretsIn(process.env, named)]);
  const blanked = (place: Place): Place => ({
    ...place,
    lines: place.lines.map(({ number, text: line }) => ({ number, text: masker.blanked(line) })),
  });
  return diagnostics.map(({ message, place, reasons, hint, related }) => ({
    message: masker.text(message),
    ...(place && { place: blanked(place) }),
    ...(reasons && { reasons: reasons.map((reason) => masker.text(reason)) }),
    ...(hint !== undefined && { hint: masker.text(hint) }),
    ...(related && {
      related: related.map((other) => ({ message: masker.text(other.message), place: blanked(other.place) })),
    }),
  }));
}
