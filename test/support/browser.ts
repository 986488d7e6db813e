// A real browser for pages that are opened from a file. It has no network: what a page asks for shows as a request that failed.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PROGRAM = fileURLToPath(new URL('offline-chromium.sh', import.meta.url));
/** Chromium's sandbox needs a user that is not root; the pages are ours. */
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'];

/** For `describe.skipIf`: says once why these tests are left out. */
export function browserUnavailable(): boolean {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: ['ignore', 'ignore', 'pipe'] });
    return false;
  } catch (error) {
    console.warn(`Tests of the HTML report are skipped: they need chromium and unshare (${(error as Error).message})`);
    return true;
  }
}

export interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings on the console, exceptions, violations of the page's policy. */
  readonly complaints: readonly string[];
  /** What was asked for besides the page itself. */
  readonly requests: readonly string[];
}

export class PageReader {
  readonly #browser: Browser;
  readonly #folder: string;
  #pages = 0;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async open(): Promise<PageReader> {
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-html-'));
    // What it keeps for its user it keeps there.
    const env = { ...process.env, HOME: folder };
    return new PageReader(await chromium.launch({ executablePath: PROGRAM, args: FLAGS, env }), folder);
  }

  /** Opens a page as a double click on its file does. */
  async read(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const file = join(this.#folder, `${++this.#pages}.html`);
    writeFileSync(file, html);
    const context = await this.#browser.newContext({ viewport: { width: 1000, height: 800 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    const { href } = pathToFileURL(file);
    page.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== href) requests.push(request.url());
    });
    await page.goto(href);
    return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}
