// `npm run pictures [-- FOLDER]`: the console as it looks with mail of a day. Without a folder those of the README are made anew; with one, every page
// in three languages, light and dark, wide and narrow.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { discard, ROOT } from '../server.ts';
import { launch, looks, openPage, settled, signIn, type Look } from './browser.ts';
import { sendMail, startWorld, type World } from './world.ts';

const README: readonly (readonly [name: string, look: Look, path: (world: Shown) => string])[] = [
  ['console-overview', { language: 'en', theme: 'light', width: 1280 }, () => '/'],
  ['console-message', { language: 'en', theme: 'dark', width: 1280 }, ({ bounced }) => `/messages/${bounced}`],
  ['console-score', { language: 'en', theme: 'light', width: 1280 }, () => '/compose?sample=bad'],
];
const EVERY = [
  '/',
  '/messages',
  '/compose?sample=newsletter',
  '/domains',
  '/library',
  '/inbound',
  '/keys',
  '/standing',
  '/reputation',
  '/events',
  '/webhooks',
  '/templates',
  '/lists',
];

type Shown = World & { readonly bounced: string };

const folder = process.argv[2];
const world = { ...(await startWorld()), bounced: '' };
const browser = await launch();
try {
  const shown = await withMail(world);
  if (folder === undefined)
    for (const [name, look, path] of README) await picture(look, path(shown), join(ROOT, `docs/pictures/${name}.png`));
  else {
    mkdirSync(folder, { recursive: true });
    for (const look of looks)
      for (const path of [...EVERY, `/messages/${shown.bounced}`])
        await picture(
          look,
          path,
          join(
            folder,
            `${path.replace(/[^a-z]+/gi, '-').replace(/^-|-$/g, '') || 'overview'}-${look.language}-${look.theme}-${look.width}.png`,
          ),
        );
  }
} finally {
  await browser.close();
  await world.end();
  discard(world.server);
}

/** Mail as a shop has it: most of it arrives, some waits, one box is unknown. */
async function withMail(of: World): Promise<Shown> {
  for (let n = 1; n <= 40; n++) await sendMail(of, [`customer${n}@example.test`], ['delivered'], { tags: ['receipt'] });
  const bounced = await sendMail(of, ['hostile@example.test', 'ana@example.test'], ['bounced', 'delivered'], { tags: ['receipt'] });
  await sendMail(of, ['deferred@simulator.sesame.test'], ['deferred']);
  return { ...of, bounced };
}

async function picture(look: Look, path: string, file: string): Promise<void> {
  const { page } = await openPage(browser, world.base, look);
  await signIn(page, world.base, world.toko.key);
  await open(page, path);
  await page.screenshot({ path: file });
  await page.context().close();
  console.log(file);
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(world.base + path);
  await page.waitForSelector('.frame h1');
  await settled(page);
  // The score follows what is typed by 300 ms; charts draw when they are loaded.
  await page.waitForTimeout(1_500);
}
