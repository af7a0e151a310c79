// Nothing on a page moves after it was drawn: what the browser counts as layout shifts stays under what Web Vitals call good, on every
// page with and without mail, on a desk and on a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { discard } from '../server.ts';
import { launch, noChromium, openPage, settled, signIn } from './browser.ts';
import { receiveMail, sendMail, startWorld, type World } from './world.ts';

const MOST = 0.1;
let world: World;
let browser: Browser;
before(async () => {
  if (noChromium) return;
  world = await startWorld();
  browser = await launch();
});
after(async () => {
  if (noChromium) return;
  await browser.close();
  await world.end();
  discard(world.server);
});

const PATHS = [
  '/',
  '/messages',
  '/compose?sample=receipt',
  '/inbound',
  '/library?q=ana%40example.test',
  '/library/feeds',
  '/domains',
  '/domains/mail.contoh.test',
  '/keys',
  '/events',
  '/webhooks',
  '/sending-ips',
  '/reputation',
  '/doctor',
  '/audit',
  '/standing',
  '/accounts',
];
type Shift = { readonly value: number; readonly what: readonly string[] };

async function shiftsAt(width: number): Promise<readonly string[]> {
  const { page } = await openPage(browser, world.base, { language: 'en', theme: 'light', width });
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    type Entry = PerformanceEntry & { readonly value: number; readonly sources: readonly { readonly node: Node | null }[] };
    new PerformanceObserver(list => {
      for (const { value, sources } of list.getEntries() as readonly unknown[] as readonly Entry[])
        shifts.push({ value, what: sources.map(({ node }) => (node instanceof HTMLElement ? `${node.tagName}.${node.className}` : '?')) });
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await signIn(page, world.base, world.server.operatorKey, '/keys');
  await page.evaluate(id => sessionStorage.setItem('sesame.acting', JSON.stringify({ id, name: 'toko' })), world.toko.accountId);
  const moved: string[] = [];
  for (const path of PATHS) {
    await page.goto(world.base + path);
    await page.waitForSelector('main h1');
    await settled(page);
    // The last of what was asked for is drawn, and told to the observer.
    await page.waitForTimeout(300);
    const shifts = await page.evaluate(() => (window as unknown as { readonly shifts: readonly Shift[] }).shifts);
    const sum = shifts.reduce((total, one) => total + one.value, 0);
    if (sum > MOST) moved.push(`${path} at ${width} px: ${sum.toFixed(3)} ${shifts.map(one => one.what.join(' ')).join(', ')}`);
  }
  await page.context().close();
  return moved;
}

test('no page moves while there is no mail', { skip: noChromium }, async () => {
  for (const width of [1280, 375]) assert.deepEqual(await shiftsAt(width), []);
});

test('no page moves with mail in every state', { skip: noChromium }, async () => {
  await sendMail(world, ['ana@example.test'], ['delivered'], { tags: ['receipt'] });
  await sendMail(world, ['hostile@example.test', 'ben@example.test'], ['bounced', 'delivered']);
  await sendMail(world, ['deferred@simulator.sesame.test'], ['deferred']);
  await receiveMail(world);
  for (const width of [1280, 375]) assert.deepEqual(await shiftsAt(width), []);
});
