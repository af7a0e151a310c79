// Ways through the pages on trust with a real browser, server and DNS: a domain to its records and back, by pointer and by keyboard.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { discard, must, until } from '../server.ts';
import { smtp } from '../client.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';
import { accessibilityFaults, launch, noChromium, openPage, settled, signIn } from './browser.ts';
import { startWorld, type World } from './world.ts';

let dns: StubDns;
let world: World;
let browser: Browser;
const skip = { skip: noChromium };
before(async () => {
  if (noChromium) return;
  dns = await startStubDns({});
  world = await startWorld({ SESAME_RESOLVER: dns.address, SESAME_SENDING_IPS: '198.51.100.4', SESAME_DNSBLS: 'off' });
  browser = await launch();
});
after(async () => {
  if (noChromium) return;
  await browser.close();
  await world.end();
  await dns.close();
  discard(world.server);
});

/** What was copied last. Chromium asks nobody in these tests. */
async function copied(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return page.evaluate(() => navigator.clipboard.readText());
}
const zone = (): Record<string, readonly string[]> => dns.zone;

test('a domain is added, its records are copied, checked and found; hostile answers are text', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, world.base, world.toko.key, '/domains');
  await page.fill('main input', 'shop.test');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/domains/shop.test');
  await page.waitForSelector('.record');
  await settled(page);
  const { records } = await must(world.toko.call('GET', '/v1/domains/shop.test'));
  const dkim = records.find((one: { type: string; expected: string }) => one.expected.includes('k=rsa'));
  await page.keyboard.press('c');
  await page.waitForSelector('.toast:has-text("Copied")');
  assert.equal(await copied(page), dkim.expected);
  await page.selectOption('select:near(:text("Host as"))', 'relative');
  await page.waitForSelector('.record code:text-is("bounce")');
  assert.match(page.url(), /hosts=relative/);
  await page.click('button:text("zone file")');
  assert.match(await copied(page), /^bounce\.shop\.test\.\t3600\tIN\tMX\t10 mx\.sesame\.test\.$/m);
  // Everything but SPF, which says something else and something nasty.
  for (const { type, host, expected, purpose } of records)
    zone()[`${host} ${type}`] = [purpose === 'spf' ? `${expected.slice(0, 20)}<img src=x onerror=alert(1)>\u0007 -all` : expected];
  await page.locator('h1').focus();
  await page.keyboard.press('r');
  await page.waitForSelector('h1 ~ .badge.good');
  await page.waitForSelector('.record .badge.bad');
  assert.equal(await page.textContent('mark.wrong'), '<');
  assert.match((await page.textContent('.record .reply[dir=auto]')) ?? '', /<img src=x onerror=alert\(1\)>\\u0007 -all/);
  assert.equal(await page.locator('main img').count(), 0);
  await page.waitForSelector('dl:has-text("DKIM") .badge.good:has-text("Pass")');
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('policies are saved, keys are rotated, and a domain is removed by typing its name', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/domains/shop.test');
  await page.waitForSelector('.record');
  await page.selectOption('select:near(:text("Mail from this domain"))', 'required');
  await page.waitForSelector('.toast:has-text("Saved")');
  assert.equal((await must(world.toko.call('GET', '/v1/domains/shop.test'))).tls, 'required');
  await page.click('button:text-is("Make new keys")');
  await page.waitForSelector('.record:has-text("DKIM, new key")');
  await page.click('button:text-is("Remove the domain")');
  assert.equal(await page.isDisabled('dialog button[type=submit]'), true);
  await page.fill('dialog input', 'shop.test');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/domains');
  await page.waitForSelector('main a[href="/domains/mail.contoh.test"]');
  assert.equal((await world.toko.call('GET', '/v1/domains/shop.test')).status, 404);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a key is made, shown once, used and revoked by keyboard; its name is only text', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/keys');
  await page.waitForSelector('main table');
  await page.keyboard.press('n');
  await page.waitForSelector('dialog[open]');
  await page.keyboard.type('<b>shop</b>');
  await page.locator('dialog input[role=switch]').nth(1).uncheck();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.locator('dialog input >> nth=0').press('Enter');
  await page.waitForSelector('dialog :text("Shown once, now")');
  const key = (await page.textContent('dialog .copy-value code')) ?? '';
  assert.match(key, /^sk_sesame_/);
  const made = world.server.as(key);
  assert.equal((await made('GET', '/v1/emails')).status, 200);
  assert.equal((await made('POST', '/v1/score', { from: 'a@b.test' })).status, 403);
  await page.click('dialog button:text-is("I have stored it")');
  await page.waitForSelector('main tr:has-text("<b>shop</b>")');
  assert.equal(await page.locator('main b').count(), 0);
  assert.equal(await page.evaluate(secret => document.documentElement.outerHTML.includes(secret), key), false);
  await page.click('tr:has-text("<b>shop</b>") button');
  const typed = (await page.textContent('dialog label')) ?? '';
  await page.fill('dialog input', /key_\w+/.exec(typed)?.[0] ?? assert.fail(typed));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.toast:has-text("revoked")');
  await page.waitForFunction(() => !document.querySelector('main table')?.textContent?.includes('<b>shop'));
  assert.equal((await made('GET', '/v1/emails')).status, 401);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('an operator makes operator keys, and for an account SMTP logins', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/keys');
  await page.click('button:text-is("Make a key")');
  await page.waitForSelector('dialog :text("audit log")');
  await page.fill('dialog input >> nth=0', 'night shift');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog .copy-value code:has-text("sk_sesame_")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('tr:has-text("night shift"):has-text("Operator key")');
  await page.selectOption('nav select >> nth=0', { label: 'mail.contoh.test' });
  await page.click('button:text-is("Make an SMTP login")');
  await page.fill('dialog input', 'printer');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog dt:text-is("Password")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('tr:has-text("printer") code:has-text("smtp_")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('the library says yes or no and why; entries are added, taken out, and can be put back for a moment', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/library');
  await page.keyboard.press('/');
  await page.waitForSelector('input[type=search]:focus');
  await page.keyboard.type('Ana@Example.com');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.verdict .badge.good');
  await page.locator('h1').focus();
  await page.keyboard.press('a');
  await page.waitForSelector('dialog[open]');
  assert.equal(await page.inputValue('dialog input >> nth=0'), 'ana@example.com');
  await page.locator('dialog input >> nth=1').fill('=1+1 <img src=x onerror=alert(1)>');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.verdict .badge.bad');
  await page.waitForSelector('tr:has-text("=1+1 <img src=x")');
  assert.equal(await page.locator('main img').count(), 0);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a:text-is("Export all as CSV")')]);
  assert.match((await readFile(await download.path(), 'utf8')).replaceAll('\r', ''), /^ana@example\.com,block,both,,'=1\+1 /m);
  await page.click('tbody button:has-text("Remove")');
  await page.waitForSelector('.toast');
  await page.click('.toast button:text-is("Undo")');
  await page.waitForSelector('tr:has-text("ana@example.com")');
  await page.click('tbody button:has-text("Remove")');
  await page.click('.toast button:text-is("Dismiss")');
  await page.waitForSelector('.verdict .badge.good');
  assert.deepEqual((await must(world.toko.call('GET', '/v1/blocked'))).data, []);
  // A domain, an IP, and what is neither.
  for (const [text, selector] of [
    ['shop.example', '.verdict .badge.good'],
    ['192.0.2.7', '.verdict .badge.good'],
    ['neither this', '.failed'],
  ] as const) {
    await page.fill('input[type=search] >> nth=0', text);
    await page.keyboard.press('Enter');
    await page.waitForSelector(selector);
  }
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a file is imported into a list, its bad lines are told, and the list is removed by name', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/library');
  const lines = Array.from({ length: 5_000 }, (_, n) => `spam${n}.test`);
  const text = [...lines, '<img src=x onerror=alert(1)> no pattern', '10.1.0.0/16'].join('\n');
  await page.setInputFiles('input[type=file]', { name: 'domains.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  assert.equal(await page.inputValue('select:near(:text-is("Format"))'), 'plain');
  await page.getByLabel('Name of the list').fill('spam');
  await page.click('button:text-is("Import the file")');
  await page.waitForSelector('dd:text-is("5,001")');
  await page.waitForSelector('tr:has-text("line 5001")');
  await page.click('button:has-text("Show entries")');
  await page.waitForSelector('tr:has-text("@spam")');
  await page.fill('input[type=search] >> nth=0', 'spam77.test');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.verdict .badge.bad');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click('button:has-text("Remove the list")');
  await page.fill('dialog input', 'spam');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.card:has(h2:text-is("Lists")):has-text("There are none")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a route is made, tried, changed and removed; refusals say why, and hostile senders are text', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/inbound');
  await page.waitForSelector('main .empty');
  await page.keyboard.press('n');
  await page.waitForSelector('dialog[open]');
  await page.locator('dialog input >> nth=0').fill('@mail.contoh.test');
  await page.locator('dialog input >> nth=1').fill('http://127.0.0.1:9/hook');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog code:has-text("whsec_")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('tr:has-text("@mail.contoh.test"):has-text("Active")');
  // What was changed counts on every door within a second.
  const tried = (address: string, selector: string): Promise<unknown> =>
    until(selector, async () => {
      await page.fill('.one-field input', address);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.one-field button:not([aria-busy])');
      return page.locator(selector).isVisible();
    });
  await tried('ana+x@mail.contoh.test', '.verdict:has-text("Taken"):has-text("@mail.contoh.test")');
  await page.click('tr:has-text("@mail.contoh.test") button:has-text("Change")');
  await page.selectOption('dialog select >> nth=0', 'reject');
  await page.click('dialog button:text-is("Save")');
  await page.waitForSelector('tr:has-text("Is refused")');
  await tried('ana@mail.contoh.test', '.verdict:has-text("Refused"):has-text("550")');
  // Mail for it is refused at the door, and stands in the log with its reason.
  const stranger = await smtp(world.server.ready.mx);
  await stranger.command('MAIL FROM:<"<img/src=x>"@stranger.test>');
  assert.equal((await stranger.command('RCPT TO:<ana@mail.contoh.test>')).code, 550);
  assert.equal((await stranger.command('RCPT TO:<nobody@elsewhere.test>')).code, 550);
  stranger.close();
  await until('the log of refusals', async () => (await must(world.toko.call('GET', '/v1/refusals'))).data.length > 0);
  await page.reload();
  await page.waitForSelector('tr:has-text("The route refuses it"):has-text("<img/src=x>")');
  assert.equal(await page.locator('main img').count(), 0);
  await page.click('tr:has-text("@mail.contoh.test") button:has-text("Remove")');
  await page.click('.toast button:text-is("Dismiss")');
  await page.waitForSelector('main .empty');
  assert.deepEqual((await must(world.toko.call('GET', '/v1/inbound/routes'))).data, []);
  assert.deepEqual(faults(), []);
  await page.context().close();
});
