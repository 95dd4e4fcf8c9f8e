/** The page of one post, with a link to the one before it. */
export function page({ title, date, text }, previous) {
  const link = previous ? `<p><a href="${previous.slug}.html">${previous.title}</a></p>\n` : '';
  return `<!doctype html>\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${date}: ${text}</p>\n${link}`;
}
