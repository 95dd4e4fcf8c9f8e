// What the documents are, beside what VitePress takes for granted: written for GitHub and for a package, with links between files.

import { relative } from 'node:path';
import { filesBeside, linkTo, root } from './pages.mjs';

const documentOf = ({ realPath, path }) => relative(root, realPath ?? path).replaceAll('\\', '/');

/** Only comments are HTML: a `<task>` in a sentence is text, and no element of a component. */
function commentsOnly(md) {
  const only =
    (rule, start) =>
    (state, at, ...rest) => {
      const from = start(state, at);
      return state.src.startsWith('<!--', from) && rule(state, at, ...rest);
    };
  for (const [ruler, name, start] of [
    [md.inline.ruler, 'html_inline', (state) => state.pos],
    [md.block.ruler, 'html_block', (state, line) => state.bMarks[line] + state.tShift[line]],
  ]) {
    const { fn, alt } = ruler.__rules__.find((each) => each.name === name);
    ruler.at(name, only(fn, start), { alt });
  }
}

/** Links from file to file become links from page to page; one that leads nowhere ends the build. */
function fileLinks(md) {
  md.core.ruler.push('file-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type !== 'link_open') continue;
      const target = token.attrGet('href');
      if (/^[a-z]+:/i.test(target)) continue;
      const link = linkTo(documentOf(env), decodeURI(target));
      if (link === undefined) throw new Error(`${documentOf(env)} links to ${target}, which is no page`);
      token.attrSet('href', link);
      // VitePress would take a file for a page of its app.
      if (/\.(?:json|txt)$/.test(link)) token.attrSet('target', '_self');
    }
  });
}

/** Below an example its files: on GitHub they lie beside it. */
function exampleFiles(md) {
  md.core.ruler.before('normalize', 'example-files', (state) => {
    for (const { name, text } of filesBeside(documentOf(state.env)))
      state.src += `\n## ${name}\n\n\`\`\`\`${/\.(yaml|mjs|js|json)$/.exec(name)?.[1] ?? 'text'}\n${text}\`\`\`\`\n`;
  });
}

export function documentsOf(md) {
  commentsOnly(md);
  exampleFiles(md);
  fileLinks(md);
}
