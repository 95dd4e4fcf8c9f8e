export const parse = (text) => text.split(/\s+/).filter(Boolean);
