// What comes late, twice or never: answers that are older than what is known, two presses in one moment, a page whose code comes after another was
// chosen, a line that dies without a word, a refused deletion. Each is held back by the browser, so that nothing depends on speed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page, Route } from 'playwright-core';
import { discard, must, until } from '../server.ts';
import { launch, noChromium, openPage, signIn } from './browser.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
const skip = { skip: noChromium };
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

/** A gate: `wait` ends when somebody opens it. */
function newGate(): { readonly wait: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const wait = new Promise<void>(resolve => (open = resolve));
  return { wait, open };
}
/** What was asked for may not be wanted any more. */
const late = (route: Route, answer: Parameters<Route['fulfill']>[0]): Promise<void> => route.fulfill(answer).catch(() => undefined);
/** Everything that an answer led to is drawn. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 50))));
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

test('two presses before the first is drawn make one thing', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/domains');
  let posts = 0;
  page.on('request', request => (posts += request.method() === 'POST' && request.url().endsWith('/v1/domains') ? 1 : 0));
  await page.fill('.one-field input', 'kedua.contoh.test');
  await page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('.one-field');
    form?.requestSubmit();
    form?.requestSubmit();
  });
  await page.waitForURL('**/domains/kedua.contoh.test');
  assert.equal(posts, 1);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('an older answer does not replace a newer one, and a busy button keeps the focus', skip, async () => {
  const { page } = await openPage(browser, world.base);
  const path = `/v1/domains/${world.toko.domain}`;
  const [reading, checking] = [newGate(), newGate()];
  let reads = 0;
  await page.route(`**${path}`, async route => {
    if (++reads > 1) return route.continue();
    const answer = await route.fetch();
    await reading.wait;
    await late(route, { response: answer, json: { ...(await answer.json()), checkedAt: '2001-01-01T00:00:00Z' } });
  });
  let checks = 0;
  await page.route(`**${path}/verify`, async route => {
    checks++;
    await checking.wait;
    await route.continue();
  });
  await signIn(page, world.base, world.toko.key, `/domains/${world.toko.domain}`);
  await page.focus('button:has-text("Check now")');
  await page.keyboard.press('Space');
  await page.waitForSelector('button[aria-busy]');
  await page.keyboard.press('Space');
  assert.equal(await focused(page), 'Check now');
  checking.open();
  await page.waitForSelector('.toast');
  reading.open();
  await page.waitForSelector('h1 ~ .badge');
  await drawn(page);
  assert.equal(checks, 1);
  assert.doesNotMatch((await page.textContent('main')) ?? '', /2001/);
  await page.context().close();
});

test('what an event tells while the list is being read is not undone by its answer', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  const sent = await must(
    world.toko.call('POST', '/v1/emails', {
      from: `Toko <toko@${world.toko.domain}>`,
      to: ['ana@example.com'],
      subject: 'Later',
      text: 'Later.',
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  );
  const gate = newGate();
  let streams = 0;
  page.on('response', response => (streams += response.url().includes('/console/stream') ? 1 : 0));
  const isRead = newGate();
  await page.route(/\/v1\/emails\?/, async route => {
    const answer = await route.fetch();
    isRead.open();
    await gate.wait;
    await late(route, { response: answer });
  });
  await signIn(page, world.base, world.toko.key, '/messages');
  await isRead.wait;
  await until('stream', async () => streams > 0);
  await must(world.toko.call('POST', `/v1/emails/${sent.id}/cancel`));
  await page.waitForTimeout(500);
  gate.open();
  await page.waitForSelector('tbody tr:has-text("ana@example.com") .badge:has-text("Cancelled")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a page whose code comes late does not push away the one chosen since', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages');
  const gate = newGate();
  let held: Route | null = null;
  await page.route('**/assets/*.js', async route => {
    if (held === null) {
      held = route;
      await gate.wait;
    }
    await route.continue();
  });
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await until('held', async () => held !== null);
  await page.click('nav a:has-text("Keys")');
  await page.waitForSelector('h1:text-is("Keys")');
  const came = page.waitForResponse(response => response.url() === held?.request().url());
  gate.open();
  await (await came).finished();
  await drawn(page);
  assert.equal(await page.textContent('h1'), 'Keys');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('what could not be taken out stands there again, and why is told in the language of the reader', skip, async () => {
  await must(world.toko.call('POST', '/v1/blocked', { pattern: 'stays@example.net', direction: 'recipient', reason: 'asked' }));
  const { page } = await openPage(browser, world.base, { language: 'id', theme: 'light', width: 1280 });
  await page.route(/\/v1\/blocked\/blk_/, route => route.abort());
  await signIn(page, world.base, world.toko.key, '/library');
  await page.fill('input[type=search]', 'stays@example.net');
  await page.keyboard.press('Enter');
  const row = page.locator('tr:has-text("asked")');
  await row.locator('button').click();
  await row.waitFor({ state: 'detached' });
  await page.click('.toast button:has-text("Singkirkan")');
  await page.waitForSelector('.toast:has-text("Server tidak menjawab")');
  await row.waitFor();
  await page.context().close();
});

test('the focus goes back to what opened a dialog', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, `/domains/${world.toko.domain}`);
  for (const end of ['Escape', 'Cancel']) {
    await page.focus('button:text-is("Remove the domain")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    if (end === 'Escape') await page.keyboard.press(end);
    else await page.click(`dialog button:text-is("${end}")`);
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Remove the domain');
  }
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a stream that dies without a word is opened again', skip, async () => {
  const { page } = await openPage(browser, world.base);
  await page.clock.install();
  let streams = 0;
  await page.route('**/console/stream*', () => {
    streams++;
  });
  await signIn(page, world.base, world.toko.key, '/keys');
  await until('first', async () => streams === 1);
  await page.clock.fastForward(45_000);
  await page.waitForSelector('.stale');
  await until('again', async () => streams === 2);
  await page.context().close();
});

test('what could not be read without a network is read when it is back, and a page whose code did not come as well', skip, async () => {
  const { page } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages');
  await page.waitForSelector('tbody tr');
  await page.context().setOffline(true);
  await page.waitForSelector('.stale');
  await page.click('nav a:has-text("Keys")');
  await page.waitForSelector('.failed:has-text("The server does not answer")');
  await page.context().setOffline(false);
  await page.waitForSelector('h1:text-is("Keys")');
  await page.waitForSelector('.stale', { state: 'detached' });
  await page.context().setOffline(true);
  await page.click('nav a:has-text("Messages")');
  await page.waitForSelector('.failed:has-text("The server does not answer")');
  await page.context().setOffline(false);
  await page.waitForSelector('tbody tr');
  assert.equal(await page.locator('.failed').count(), 0);
  await page.context().close();
});

test('the key press after / is already the search’s', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages');
  await page.waitForSelector('tbody tr');
  // Nothing is painted between the two: what is done is done before the browser takes the next key.
  const type = await page.evaluate(async () => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
    for (let n = 0; n < 10; n++) await Promise.resolve();
    return (document.activeElement as HTMLInputElement | null)?.type;
  });
  assert.equal(type, 'search');
  assert.deepEqual(faults(), []);
  await page.context().close();
});
