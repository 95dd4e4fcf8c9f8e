// A real browser, where the machine has one: PTASK_CHROMIUM names it, or it lies where systems put it.

import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { atEnd } from '../support/cleanup.ts';
import { tempDir } from '../support/tmp.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Undefined where there is none. */
export const chromium: string | undefined = [
  ...(process.env.PTASK_CHROMIUM ? [process.env.PTASK_CHROMIUM] : []),
  ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ...PLACES,
].find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let browser: Promise<Browser> | undefined;

async function launch(): Promise<Browser> {
  const { chromium: engine } = await import('playwright-core');
  // Its sandbox refuses to run as root, and shows nothing here but pages of ours.
  const options = {
    executablePath: chromium as string,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    // It leaves things behind when it is closed in a hurry.
    env: { ...process.env, TMPDIR: tempDir('chromium-') },
  };
  const launched = await engine.launch(options);
  atEnd('close the browser', () => launched.close());
  return launched;
}

export interface Opened {
  page: Page;
  /** What went wrong: errors of the script, breaches of the policy, requests of any kind. */
  problems: string[];
}

/**
 * A page in a window of its own, that tells of everything it should not have done.
 *
 * @param mayRequest what it may load beside itself
 */
export async function open(
  url: string,
  options: BrowserContextOptions = {},
  mayRequest: (address: string) => boolean = () => false,
): Promise<Opened> {
  browser ??= launch();
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const address = request.url();
    if (address !== url && !address.startsWith('data:') && !mayRequest(address))
      problems.push(`request ${address}`);
  });
  await page.goto(url);
  return { page, problems };
}

/** What axe finds, as far as it is sure. */
export async function violations(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
    );
  });
}
