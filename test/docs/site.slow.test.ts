// The site as it is built, in a real browser: search, links, dark, small screens, and nothing from elsewhere.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { execa } from 'execa';
import type { Page } from 'playwright-core';
import { chromium, open, violations } from '../html/browser.ts';
import { atEnd } from '../support/cleanup.ts';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('the site');
const site = join(repositoryRoot, 'site');

const vitepress = join(site, 'node_modules/vitepress/bin/vitepress.js');
const missing = existsSync(vitepress)
  ? chromium === undefined && 'there is no Chromium on this machine; PTASK_CHROMIUM may name one'
  : 'the packages of the site are not installed: npm --prefix site ci';

const built = (name: string, body: () => Promise<void>): void =>
  missing ? test.skip(name, missing, body) : test(name, { timeout: 300_000 }, body);

let made: Promise<{ out: string; origin: string }> | undefined;

/** Builds it, and serves what was built. */
function start(): Promise<{ out: string; origin: string }> {
  made ??= (async () => {
    const out = join(tempDir(), 'dist');
    const options = { cwd: site, env: hermeticEnv(), extendEnv: false, all: true } as const;
    await execa(process.execPath, [vitepress, 'build', '.', '--outDir', out], options);
    const types: Record<string, string> = {
      '.html': 'text/html; charset=utf-8',
      '.js': 'text/javascript',
      '.css': 'text/css',
      '.svg': 'image/svg+xml',
      '.json': 'application/json',
    };
    const server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
      const file = join(out, path.endsWith('/') ? `${path}index.html` : path);
      if (!existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' });
      response.end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd('close the server', () => {
      server.closeAllConnections();
      server.close();
    });
    return { out, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  })();
  return made;
}

const pagesIn = (out: string): string[] =>
  readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') && path !== '404.html')
    .sort();

// Scripts for the page are texts, since the tests are checked without the types of a browser.
const IS_ALIVE = "document.querySelector('#app')?.__vue_app__ !== undefined";
const TOO_WIDE = 'document.documentElement.scrollWidth - innerWidth';
const BACKGROUND = 'getComputedStyle(document.body).backgroundColor';
const IS_DARK = "document.documentElement.classList.contains('dark')";
const STILL = 'Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => true)';

/** A page of the site in a window; it may load what lies beside it and nothing else. */
async function visit(path: string, options: Parameters<typeof open>[1] = {}) {
  const { origin } = await start();
  const opened = await open(`${origin}${path}`, options, (address) => address.startsWith(`${origin}/`));
  await opened.page.waitForFunction(IS_ALIVE);
  return opened;
}

/** What axe finds, but for the theme's button of the search, whose keys are no part of its name. */
const found = async (page: Page): Promise<string[]> => {
  // Colors fade in when the theme changes.
  await page.evaluate(STILL);
  return (await violations(page)).filter((text) => !text.startsWith('label-content-name-mismatch'));
};

built('every link leads to a page and to a heading on it', async () => {
  const { out } = await start();
  const pages = pagesIn(out);
  assert.ok(pages.length > 40, `${pages.length} pages`);
  const html = new Map(pages.map((path) => [path, readFileSync(join(out, path), 'utf8')]));
  const ids = new Map(
    [...html].map(([path, text]) => [
      path,
      new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
    ]),
  );
  let links = 0;
  for (const [path, text] of html) {
    for (const [, href = ''] of text.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
      links += 1;
      assert.not.match(href, /^[a-z]+:/i, `${path} links to ${href}`);
      const { pathname, hash } = new URL(href.replaceAll('&amp;', '&'), `http://x/${path}`);
      const target = decodeURIComponent(pathname)
        .slice(1)
        .replace(/(^|\/)$/, '$1index.html');
      assert.ok(existsSync(join(out, target)), `${path} links to ${href}`);
      const anchor = decodeURIComponent(hash.slice(1));
      if (anchor !== '') assert.ok(ids.get(target)?.has(anchor), `${path} links to ${href}`);
    }
  }
  assert.ok(links > 1_000, `${links} links`);
});

built('search finds a page by a word of its text, and goes there', async () => {
  const { page, problems } = await visit('/');
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.getByRole('searchbox').fill('before-image');
  const first = page.locator('#localsearch-list a').first();
  await first.waitFor();
  assert.match(await page.locator('#localsearch-list').innerText(), /Glossary/);
  await page.getByRole('searchbox').fill('unquoted YAML');
  await page.locator('#localsearch-list a[href*="faq"]').first().click();
  await page.waitForURL(/faq\.html/);
  // The page follows its address.
  await page.locator('h1', { hasText: 'Errors and what to do' }).waitFor();
  assert.equal(problems, []);
  await page.context().close();
});

built('every page fits a screen of 400 pixels, and breaks nothing', async () => {
  const { out } = await start();
  const { page, problems } = await visit('/', { viewport: { width: 400, height: 800 } });
  for (const path of pagesIn(out)) {
    await page.goto(`${(await start()).origin}/${path}`);
    await page.waitForFunction(IS_ALIVE);
    const wide = await page.evaluate<number>(TOO_WIDE);
    assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`);
    assert.ok((await page.locator('h1').innerText()) !== '', path);
  }
  assert.equal(problems, []);
  await page.context().close();
});

built('dark is a switch away, and readable like light', async () => {
  for (const path of ['/', '/config.html', '/faq.html', '/guides/ci.html', '/examples/cache/']) {
    const { page, problems } = await visit(path, { colorScheme: 'light' });
    const light = await page.evaluate<string>(BACKGROUND);
    assert.equal(await found(page), [], `${path} light`);
    await page.locator('.VPSwitchAppearance').first().click();
    assert.ok(await page.evaluate<boolean>(IS_DARK));
    await page.waitForFunction(`${BACKGROUND} !== ${JSON.stringify(light)}`);
    assert.equal(await found(page), [], `${path} dark`);
    assert.equal(problems, []);
    await page.context().close();
  }
});

built('the picture of the README is shown', async () => {
  const { page, problems } = await visit('/');
  const width = await page.evaluate<number>("document.querySelector('main img').naturalWidth");
  assert.ok(width > 300, `${width}`);
  assert.equal(problems, []);
  await page.context().close();
});
