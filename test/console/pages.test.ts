// Every page, with mail in every state and with none: no error, no breach of the policy, no request to elsewhere, nothing that axe-core finds, no
// scrolling sideways; in the combinations of browser.ts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { discard } from '../server.ts';
import { accessibilityFaults, launch, looks, nameOf, noChromium, openPage, settled, signIn } from './browser.ts';
import { receiveMail, sendMail, startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let bounced = '';
let received = '';
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

/** Paths that the pages lead to, with something on them to wait for. */
const pages = (): readonly (readonly [path: string, ready: string])[] => [
  ['/', '.card'],
  ['/messages', 'main'],
  ['/messages?q=state%3Adeferred', 'main'],
  ['/messages?q=nonsense', '.failed'],
  ['/compose', '.source'],
  ['/compose?sample=bad', '.score-number'],
  ['/domains', 'main'],
  ['/domains/mail.contoh.test', '.record'],
  ['/keys', 'main .card'],
  ['/events', 'main .empty'],
  ['/events?tab=past&span=all', '[role=tabpanel] .call, [role=tabpanel] table'],
  ['/webhooks', 'main .empty'],
  ['/sending-ips', 'h1'],
  ['/inbound', 'main .one-field'],
  ['/library?q=ana%40example.com', '.verdict'],
  ['/library?prefix=a', 'main .card'],
  ['/standing', 'main .record, main .empty'],
  ['/accounts', 'main h1'],
  ['/nowhere', 'h1'],
];

for (const look of looks) {
  test(`pages without mail: ${nameOf(look)}`, { skip: noChromium }, async () => {
    const { page, faults } = await openPage(browser, world.base, look);
    await page.goto(world.base);
    await page.waitForSelector('form');
    assert.deepEqual(await accessibilityFaults(page), []);
    await signIn(page, world.base, world.toko.key);
    for (const [path, ready] of pages()) await looked(path, ready);
    await page.keyboard.press('?');
    await looked(null, 'dialog[open] dl');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await looked(null, 'dialog[open] [role=option]');
    assert.deepEqual(faults(), []);
    await page.context().close();

    async function looked(path: string | null, ready: string): Promise<void> {
      if (path !== null) await page.goto(world.base + path);
      await page.waitForSelector(ready);
      await settled(page);
      assert.deepEqual(await accessibilityFaults(page), [], `${path ?? ready} ${nameOf(look)}`);
    }
  });
}

test('mail comes to be in every state', { skip: noChromium }, async () => {
  await sendMail(world, ['ana@example.test'], ['delivered']);
  bounced = await sendMail(world, ['hostile@example.test', 'ben@example.test'], ['bounced', 'delivered'], { tags: ['receipt'] });
  await sendMail(world, ['deferred@simulator.sesame.test'], ['deferred']);
  received = await receiveMail(world);
});

for (const look of looks) {
  test(`pages with mail: ${nameOf(look)}`, { skip: noChromium }, async () => {
    const { page, faults } = await openPage(browser, world.base, look);
    await signIn(page, world.base, world.server.operatorKey);
    for (const [path, ready] of [
      ...pages(),
      [`/messages/${bounced}`, '.timeline .reply'] as const,
      [`/messages/${received}`, '.timeline dd'] as const,
    ]) {
      await page.goto(world.base + path);
      await page.waitForSelector(ready);
      await settled(page);
      for (const details of await page.locator('main details').all()) await details.evaluate(one => one.setAttribute('open', ''));
      assert.deepEqual(await accessibilityFaults(page), [], `${path} ${nameOf(look)}`);
    }
    assert.deepEqual(faults(), []);
    await page.context().close();
  });
}
