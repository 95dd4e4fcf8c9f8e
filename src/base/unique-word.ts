// A word that nothing else is named by. Not a secret: whoever must not guess it is kept out by how a file is opened.

const WORD = 6;

/** Twelve hexadecimal digits by chance. To load what makes better chances takes longer than to start a command. */
export const uniqueWord = (): string => {
  let word = '';
  while (word.length < 2 * WORD)
    word += Math.floor(Math.random() * 0x10000)
      .toString(16)
      .padStart(4, '0');
  return word;
};
