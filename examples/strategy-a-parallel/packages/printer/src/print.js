export const print = (tokens) => tokens.join(' ');
