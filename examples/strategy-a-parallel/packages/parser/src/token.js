export const isNumber = (token) => /^\d+$/.test(token);
