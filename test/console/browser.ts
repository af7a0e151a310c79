// Chromium for the console's tests: a page that remembers every error, every breach of the policy and every request to elsewhere; axe-core; and the
// combinations of language, theme and width. Debian's Chromium, or the one at SESAME_CHROMIUM.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['SESAME_CHROMIUM'] ?? '/usr/bin/chromium';
/** For `skip`: why these tests cannot run here; false = they can. */
export const noChromium: string | false = existsSync(CHROMIUM) ? false : `${CHROMIUM} is missing: apt-get install chromium`;

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'] });

export type Look = { readonly language: 'en' | 'id' | 'zh'; readonly theme: 'light' | 'dark'; readonly width: number };
const LANGUAGES = ['en', 'id', 'zh'] as const;
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 375, 320] as const;
const ALL: readonly Look[] = LANGUAGES.flatMap(language => THEMES.flatMap(theme => WIDTHS.map(width => ({ language, theme, width }))));

/** `npm run test:console` looks at all of them; `npm test` at another one each day. */
export const looks: readonly Look[] =
  process.env['SESAME_CONSOLE_MATRIX'] === 'full' ? ALL : [ALL[Math.floor(Date.now() / 86_400_000) % ALL.length] ?? assert.fail()];

export const nameOf = ({ language, theme, width }: Look): string => `${language}, ${theme}, ${width} px`;

/** A page and what went wrong on it. What a draft's preview is kept from doing is no fault of ours. */
export type Watched = { readonly page: Page; readonly faults: () => readonly string[] };

export async function openPage(
  browser: Browser,
  base: string,
  look: Look = { language: 'en', theme: 'light', width: 1280 },
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.width < 720 ? 667 : 720 },
    colorScheme: look.theme,
    locale: { en: 'en-US', id: 'id-ID', zh: 'zh-CN' }[look.language],
    timezoneId: 'Asia/Jakarta',
    reducedMotion: 'reduce',
    hasTouch: look.width < 720,
  });
  const page = await context.newPage();
  if (process.env['SESAME_CONSOLE_SLOW'] !== undefined) await slow(page);
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(`error: ${error.stack ?? error.message}`));
  page.on('console', message => {
    const { url } = message.location();
    if (message.type() === 'error' && !url.endsWith('/console/preview')) faults.push(`console: ${message.text()} ${url}`);
  });
  const isElsewhere = (url: string): boolean => !url.startsWith(base) && !/^(?:data|blob|about):/.test(url);
  page.on('requestfinished', request => {
    if (isElsewhere(request.url())) faults.push(`elsewhere: ${request.url()}`);
  });
  // Stopped by the policy, it never left the browser.
  page.on('requestfailed', request => {
    if (isElsewhere(request.url()) && request.failure()?.errorText !== 'csp')
      faults.push(`elsewhere: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('dialog', dialog => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return { page, faults: () => faults };
}

/** `SESAME_CONSOLE_SLOW=1`: a phone of some years on a poor line (a sixth of this processor, 400 ms each way, 50 KB/s), where races show. */
async function slow(page: Page): Promise<void> {
  page.setDefaultTimeout(120_000);
  const debug = await page.context().newCDPSession(page);
  await debug.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await debug.send('Network.enable');
  await debug.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  });
}

export async function signIn(page: Page, base: string, key: string, path = '/'): Promise<void> {
  await page.goto(base + path);
  await page.fill('input[type=password]', key);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.frame h1');
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
};

/** What axe-core finds by WCAG 2.2 AA, and whether the page scrolls sideways. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Through the debugger, so that the page's own policy stays as it is.
  const debug = await page.context().newCDPSession(page);
  await debug.send('Runtime.evaluate', { expression: AXE });
  const run = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })";
  const { violations } = (await page.evaluate(run)) as { readonly violations: readonly Violation[] };
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => `${node.target.join(' ')} ${node.failureSummary}`).join(' | ')}`),
    ...(over > 0 ? [`sideways: ${over} px`] : []),
  ];
}

/** Everything that was asked for is there. */
export const settled = (page: Page): Promise<unknown> => page.waitForFunction(() => document.querySelector('main .skeleton') === null);
