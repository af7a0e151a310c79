// Ways through the console with a real browser and a real server: signing in and out, searching, one message, writing and sending, keys, live
// changes, the operator acting for an account.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { sampleOf } from '../../console/src/pages/compose/samples.ts';
import { discard, must, tenant, until } from '../server.ts';
import { launch, noChromium, openPage, signIn } from './browser.ts';
import { HOSTILE, sendMail, startWorld, type World } from './world.ts';

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

test('a wrong key is told at the field; a right one leads to the page of the link; signing out ends it', skip, async () => {
  const { page } = await openPage(browser, world.base);
  await page.goto(`${world.base}/messages`);
  await page.fill('input[type=password]', 'sk_sesame_wrong');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.field .error');
  assert.equal(await page.getAttribute('input[type=password]', 'aria-invalid'), 'true');
  await page.fill('input[type=password]', world.toko.key);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:text("Messages")');
  assert.equal(
    await page.evaluate(() => `${JSON.stringify(localStorage)}${JSON.stringify(sessionStorage)}${document.cookie}`.includes('sk_sesame')),
    false,
  );
  await page.click('button:text-is("Sign out")');
  await page.waitForSelector('input[type=password]');
  await page.reload();
  await page.waitForSelector('input[type=password]');
  await page.context().close();
});

test('the first steps lead to the first mail', skip, async () => {
  const fresh = await tenant(world.server, 'fresh.test');
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, fresh.key);
  await page.click('.steps button:text-is("Send it")');
  await page.click('.steps a[href^="/messages/msg_"]');
  await page.waitForSelector('.timeline');
  await page.goBack();
  await page.waitForSelector('h1:text("Overview")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a message is found by address, by state and by id, and tells its whole way', skip, async () => {
  const id = await sendMail(world, ['hostile@example.test', 'ana@example.test'], ['bounced', 'delivered']);
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages');
  const search = async (text: string): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.locator('body').press('/');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await search('ana@example.test state:bounced');
  await page.waitForURL(/q=/);
  await page.waitForSelector(`tbody a[href="/messages/${id}"]`);
  await page.fill('input[type=search]', 'nobody@example.test');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.empty');
  await page.fill('input[type=search]', id);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/messages/${id}`);
  // Failed ones first: the hostile reply is shown, and is nothing but text.
  const reply = await page.textContent('.timeline .reply');
  assert.match(reply ?? '', /550 5\.1\.1 <img src=x onerror=alert\(1\)>/);
  assert.equal(await page.locator('.timeline .reply *').count(), 0);
  assert.equal(await page.locator('main img, main script').count(), 0);
  await page.keyboard.press(']');
  await page.waitForSelector('h1:has-text("ana@example.test")');
  await page.waitForSelector('.timeline .good .reply');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('why the filter judged as it did is told in the reader’s language', skip, async () => {
  const id = await sendMail(world, ['ana@example.test'], ['delivered']);
  const titles = async (language: string): Promise<readonly string[]> => {
    const { body } = await world.toko.call('GET', `/v1/emails/${id}`, undefined, { 'accept-language': language });
    return body.spam.reasons.map((reason: { title: string }) => reason.title);
  };
  for (const title of await titles('zh-Hans')) assert.match(title, /[\u4e00-\u9fff]/);
  for (const title of await titles('en')) assert.doesNotMatch(title, /[\u4e00-\u9fff]/);
  assert.ok((await titles('en')).length > 0);
});

test('states change while one looks, and new mail waits in a pill', skip, async () => {
  const id = await sendMail(world, ['deferred+live@simulator.sesame.test'], ['deferred']);
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages');
  await page.waitForSelector(`tr:has(a[href="/messages/${id}"]) .badge.warn`);
  // The stream begins with the page: an event behind its first beat must arrive.
  await page.waitForTimeout(1000);
  await must(world.toko.call('POST', `/v1/emails/${id}/cancel`));
  await page.waitForSelector(`tr:has(a[href="/messages/${id}"]) .badge.idle`);
  const next = await sendMail(world, ['success@simulator.sesame.test'], ['delivered']);
  assert.equal(await page.locator(`a[href="/messages/${next}"]`).count(), 0);
  await page.click('button:text("Newer")');
  await page.waitForSelector(`tbody tr >> nth=0 >> a[href="/messages/${next}"]`);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a draft is scored while it is written, its findings lead to their line, and it is sent', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/compose?sample=bad');
  await page.waitForSelector('.badge:text("Poor")');
  const finding = page.locator('.findings li', { hasText: 'link-text-mismatch' });
  await finding.locator('button').click();
  await page.waitForFunction(() => {
    const area = document.activeElement;
    return area instanceof HTMLTextAreaElement && /mybank\.example/.test(area.value.slice(area.selectionStart, area.selectionEnd));
  });
  const frame = page.frameLocator('iframe');
  await frame.locator('h1').waitFor();
  assert.equal(await frame.locator('h1').textContent(), 'CONGRATULATIONS, DEAR WINNER!!!');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.sent:has-text("held")');
  await page.click('button:text-is("Receipt")');
  await page.waitForSelector('input[value^="Receipt 8812"], .score-number');
  await page.keyboard.press('Control+Enter');
  await page.click('.sent a');
  await page.waitForSelector('.timeline .badge');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('keys and Ctrl+K go anywhere; nothing fires while one types', skip, async () => {
  const { page } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key);
  await page.locator('body').press('g');
  await page.keyboard.press('m');
  await page.waitForSelector('h1:text("Messages")');
  await page.fill('input[type=search]', '');
  await page.locator('input[type=search]').press('g');
  await page.keyboard.press('o');
  assert.equal(await page.inputValue('input[type=search]'), 'go');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('comp');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:text("Compose")');
  await page.keyboard.press('Shift+?');
  await page.waitForSelector('dialog[open] kbd');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.context().close();
});

test('an operator acts for an account: the bar says so, and only its mail is shown', skip, async () => {
  const name = `Evil ${HOSTILE}`.slice(0, 150);
  const other = await must(world.server.call('POST', '/v1/accounts', { name }));
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/messages');
  await page.waitForSelector('tbody tr');
  await page.selectOption('.side-bar select >> nth=0', other.id);
  await page.waitForSelector('.acting');
  await page.waitForSelector('.empty');
  assert.equal(await page.locator('.acting img').count(), 0);
  await page.click('.acting button');
  await page.waitForSelector('tbody tr');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('language, theme and zone are chosen, and stay', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key);
  await page.selectOption('.nav-foot select >> nth=0', 'zh');
  await page.waitForSelector('h1:text("概览")');
  await page.selectOption('.nav-foot select >> nth=1', 'dark');
  await page.selectOption('.nav-foot select >> nth=2', 'UTC');
  await page.reload();
  await page.waitForSelector('h1:text("概览")');
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.documentElement).backgroundColor]), [
    'zh-Hans',
    'rgb(15, 20, 27)',
  ]);
  await page.waitForSelector('.note:text("UTC")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a key that is revoked ends the session at once, says so, and signing in again leads on', skip, async () => {
  await sendMail(world, ['success@simulator.sesame.test'], ['delivered']);
  const made = await must(world.toko.call('POST', '/v1/keys', { name: 'short', scopes: ['read'] }));
  const { page } = await openPage(browser, world.base);
  await signIn(page, world.base, made.key, '/messages?q=state%3Adelivered');
  await page.waitForSelector('tbody tr');
  await must(world.toko.call('DELETE', `/v1/keys/${made.id}`));
  await page.waitForSelector('[role=status]:text("Your session ended")');
  await page.fill('input[type=password]', world.toko.key);
  await page.keyboard.press('Enter');
  await page.waitForSelector('tbody tr');
  assert.equal(new URL(page.url()).search, '?q=state%3Adelivered');
  await page.context().close();
});

test('the CSV holds what is shown, and no cell is a formula', skip, async () => {
  await sendMail(world, ['success+csv@simulator.sesame.test'], ['delivered'], { tags: ['=1+1', '@SUM(A1)'] });
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages?q=success%2Bcsv%40simulator.sesame.test');
  await page.waitForSelector('tbody tr');
  const saved = page.waitForEvent('download');
  await page.click('button:text-is("Export CSV")');
  const download = await saved;
  assert.equal(download.suggestedFilename(), 'messages.csv');
  const text = await readFile(await download.path(), 'utf8');
  assert.match(text, /^\ufeff"Recipient","State",/);
  assert.match(text, /"success\+csv@simulator\.sesame\.test","delivered",.*"'=1\+1 @SUM\(A1\)","msg_/);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('held mail is released together, and can be kept back for a moment', skip, async () => {
  const { from, to, subject, html } = sampleOf('bad', `toko@${world.toko.domain}`);
  const held = await must(world.toko.call('POST', '/v1/emails', { from, to, subject, html }));
  assert.equal(held.status, 'held');
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages?q=state%3Aheld');
  await page.waitForSelector(`a[href="/messages/${held.id}"]`);
  await page.click('button:text("Release all")');
  await page.click('.toast button:text-is("Undo")');
  await page.waitForSelector('.toast', { state: 'detached' });
  assert.equal((await world.toko.call('GET', `/v1/emails/${held.id}`)).body.recipients[0].state, 'held');
  await page.click('button:text("Release all")');
  // What is dismissed is meant.
  await page.click('.toast button:text-is("Dismiss")');
  await until('released', async () => (await world.toko.call('GET', `/v1/emails/${held.id}`)).body.recipients[0].state === 'delivered');
  assert.deepEqual(faults(), []);
  await page.context().close();
});
