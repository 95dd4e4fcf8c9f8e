export const title = 'Home';
export const render = () => `<h1>${title}</h1>`;
