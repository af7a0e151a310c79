// Ways through events and webhooks with a real browser, server and receiver: the live tail and its pause, an endpoint from its secret to its end.
import assert from 'node:assert/strict';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { discard, must, until } from '../server.ts';
import { accessibilityFaults, launch, noChromium, openPage, settled, signIn } from './browser.ts';
import { sendMail, startWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let receiver: HttpServer;
let status = 204;
const got: { readonly type: string; readonly test?: boolean; readonly signatures: number }[] = [];
const skip = { skip: noChromium };
before(async () => {
  if (noChromium) return;
  world = await startWorld();
  browser = await launch();
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      got.push({ ...JSON.parse(text), signatures: String(request.headers['webhook-signature']).split(' ').length });
      response.writeHead(status).end('<script>alert(1)</script>');
    });
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  if (noChromium) return;
  await browser.close();
  receiver.close();
  await world.end();
  discard(world.server);
});

test('events come as they happen, wait while paused, and are there by cursor; hostile replies are text', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  // The tail begins with the stream.
  const stream = page.waitForResponse(response => response.url().includes('/console/stream'));
  await signIn(page, world.base, world.toko.key, '/events');
  await page.waitForSelector('main .empty');
  await stream;
  await sendMail(world, ['hostile@example.test'], ['bounced']);
  await page.waitForSelector('main td:has-text("<img src=x onerror=alert(1)>")');
  await page.locator('h1').focus();
  await page.keyboard.press('p');
  await page.waitForSelector('button[aria-pressed=true]:text-is("Pause")');
  const before = await page.locator('main tbody tr').count();
  await sendMail(world, ['ana@example.test'], ['delivered']);
  await page.waitForSelector('[role=status]:has-text("wait")');
  assert.equal(await page.locator('main tbody tr').count(), before);
  await page.keyboard.press('p');
  await page.waitForSelector('main tr:has-text("Delivered"):has-text("ana@example.test")');
  assert.ok((await page.locator('main tbody tr').count()) >= before + 2);
  await page.locator('main tbody tr:has-text("Bounced") button').click();
  await page.waitForSelector('dialog[open] pre:has-text("550 5.1.1")');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.keyboard.press('Escape');
  await page.selectOption('main select', 'delivered');
  // Those of the report of the bounce to the sender, and of Ana's mail.
  await page.waitForSelector('main tr:has-text("Bounced")', { state: 'detached' });
  await page.waitForSelector('main tr:has-text("ana@example.test"):has-text("Delivered")');
  await page.locator('[role=tab][aria-selected=true]').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('[role=tabpanel] code:has-text("cur_")');
  assert.equal(await page.locator('main tbody tr:has-text("ana@example.test")').count(), 1);
  assert.equal(await page.locator('main tbody tr:has-text("Bounced")').count(), 0);
  assert.match(page.url(), /type=delivered.*tab=past|tab=past.*type=delivered/);
  await page.fill('main input[type=search]', 'hostile@example.test');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=tabpanel] .empty');
  assert.equal(await page.locator('main img').count(), 0);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a webhook is made, tried, rotated, replayed, switched off and removed', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await signIn(page, world.base, world.toko.key, '/webhooks');
  await page.waitForSelector('main .empty');
  await page.locator('h1').focus();
  await page.keyboard.press('n');
  await page.fill('dialog input[type=url]', url);
  await page.keyboard.press('Enter');
  const secret = await page.waitForSelector('dialog code:has-text("whsec_")');
  assert.match((await secret.textContent()) ?? '', /^whsec_/);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click('button:text-is("I have stored it")');
  await page.click(`main a:has-text("${url}")`);
  await page.waitForSelector('h1 ~ .badge:has-text("Active")');
  assert.doesNotMatch((await page.content()) ?? '', /whsec_/);
  status = 500;
  await page.selectOption('main select', 'bounced');
  await page.click('button:text-is("Post a sample")');
  await page.waitForSelector('[aria-live] .badge.bad:has-text("Not taken")');
  assert.match((await page.textContent('[aria-live=polite] p')) ?? '', /HTTP 500/);
  assert.deepEqual([got.at(-1)?.type, got.at(-1)?.test], ['bounced', true]);
  status = 204;
  await page.click('button:text-is("Make a new secret")');
  await page.click('button:text-is("I have stored it")');
  await page.click('button:text-is("Post a sample")');
  await page.waitForSelector('[aria-live] .badge.good:has-text("Taken")');
  assert.equal(got.at(-1)?.signatures, 2);
  const seen = got.length;
  await page.fill('input[type=datetime-local]', '2020-01-01T00:00');
  await page.click('button:text-is("Post from there")');
  await page.waitForSelector('.toast:has-text("goes on from there")');
  await until('posted again', async () => got.length > seen && !got.at(-1)?.test);
  await page.click('button:text-is("Switch off")');
  await page.waitForSelector('h1 ~ .badge:has-text("Switched off")');
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  const { data } = await must(world.toko.call('GET', '/v1/webhooks'));
  assert.equal(data[0].state, 'disabled');
  await page.click('button:text-is("Remove the webhook")');
  assert.equal(await page.isDisabled('dialog button[type=submit]'), true);
  await page.fill('dialog input', data[0].id);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/webhooks');
  await page.waitForSelector('main .empty');
  assert.deepEqual(faults(), []);
  await page.context().close();
});
