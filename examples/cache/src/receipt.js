// What somebody has bought.
export const receipt = (names) => names.map((name) => `1 × ${name}\n`).join('');
