// The pages of the site. A new page gets the last line.
export const pages = {
  home: () => import('./home.js'),
};
