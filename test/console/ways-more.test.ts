// Ways through keys, attachments, feeds, the reputation of a domain and last replies with a real browser and a real server: by pointer and by keyboard, with hostile names and answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { createServer, type Server as Web } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { EICAR } from '../patterns.ts';
import { discard, must, tenant, until, type Json } from '../server.ts';
import { accessibilityFaults, launch, looks, nameOf, noChromium, openPage, settled, signIn } from './browser.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';
import { HOSTILE, sendMail, startWorld, type World } from './world.ts';

const NAME = '"><img src=x onerror=alert(1)>.txt';
/** The server refuses such a name; here it must be told apart from what it pretends to be. */
const TURNED = 'invoice\u202egnp.txt';
let world: World;
let browser: Browser;
let dns: StubDns;
let web: Web;
let feedUrl = '';
/** What the server of a feed says. */
let published: { readonly status: number; readonly body: string } = { status: 404, body: '' };
const skip = { skip: noChromium };
before(async () => {
  if (noChromium) return;
  dns = await startStubDns({ '2.0.0.127.peers.test A': ['127.0.0.2'], '2.0.0.127.closed.test A': ['127.255.255.254'] });
  web = createServer((_request, response) => response.writeHead(published.status).end(published.body));
  await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve));
  const at = web.address();
  feedUrl = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}/bad.txt`;
  world = await startWorld({
    SESAME_MESSAGE_SIZE: '1MiB',
    SESAME_RESOLVER: dns.address,
    SESAME_MX_DNSBLS: 'peers.test,closed.test',
    SESAME_MX_DOMAIN_DNSBLS: 'mute.test',
  });
  browser = await launch();
});
after(async () => {
  if (noChromium) return;
  await browser.close();
  await world.end();
  await dns.close();
  web.close();
  discard(world.server);
});
const clean = async (page: Page, faults: () => readonly string[]): Promise<void> => {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.deepEqual(faults(), []);
};

test('a key is told apart by its first characters and its last use', skip, async () => {
  const used = await must(world.toko.call('POST', '/v1/keys', { name: 'in use', scopes: ['read'] }));
  const unused = await must(world.toko.call('POST', '/v1/keys', { name: 'in no use', scopes: ['read'] }));
  await must(world.server.as(used.key)('GET', '/v1/emails'));
  await until('the use', async () => (await must(world.toko.call('GET', `/v1/keys/${used.id}`))).lastUsedAt as string | null);
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/keys');
  const row = (key: Json): string => `tbody tr:has(code:text-is("${key.prefix}…"))`;
  await page.waitForSelector(row(used));
  const lastUsed = (key: Json): Promise<string | null> => page.locator(`${row(key)} td[data-title="Last used"]`).textContent();
  assert.equal(await lastUsed(unused), '–');
  assert.match((await lastUsed(used)) ?? '', /\d{4}, \d\d:\d\d/);
  assert.ok(!(await page.content()).includes(used.key.slice(0, 17)));
  await clean(page, faults);
  await page.context().close();
});

/** Dropped on the page as from a folder of the desktop; whether the page takes it, so that the browser does not open it. */
const drop = (page: Page, name: string, text: string): Promise<boolean> =>
  page.evaluate(
    ([name, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text ?? ''], name ?? '', { type: 'text/plain' }));
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      return !(document.querySelector('textarea')?.dispatchEvent(event) ?? true);
    },
    [name, text],
  );

test('files are chosen by keyboard or dropped, removed, told when there is no room, and go out as they are', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/compose?sample=receipt&to=ana@example.test');
  await page.waitForSelector('.score-number');
  const chooser = page.waitForEvent('filechooser');
  await page.locator('.attached input[type=file]').focus();
  await page.keyboard.press('Enter');
  await (
    await chooser
  ).setFiles([
    { name: NAME, mimeType: 'text/plain', buffer: Buffer.from('The receipt, once more.') },
    { name: 'large.bin', mimeType: '', buffer: Buffer.alloc(1_000_000) },
  ]);
  await page.waitForSelector('.error:has-text("With large.bin the attachments would take 1.4 MB, and a message may have 1 MB")');
  assert.equal(await page.locator('[data-file]').count(), 1);
  assert.match((await page.locator('[data-file] .outside').textContent()) ?? '', /^"><img src=x onerror=alert\(1\)>\.txt$/);
  assert.equal(await drop(page, 'more.txt', 'dropped'), true);
  await page.waitForSelector('.note:has-text("2 of 20 files")');
  assert.equal(await page.locator('.error').count(), 0, 'what was told once is gone');
  await page.waitForSelector('.score-number');
  await clean(page, faults);
  await page.locator('[data-file="1"] button').focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.note:has-text("1 of 20 files")');
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLInputElement).type), 'file', 'the focus has a place');

  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.sent');
  const caught = await until('the mail', () => world.sink.caught.find(mail => mail.to.includes('ana@example.test')));
  const raw = caught.raw.toString('latin1');
  assert.ok(raw.includes(Buffer.from('The receipt, once more.').toString('base64')));
  assert.match(raw, /filename="\\"><img src=x onerror=alert\(1\)>\.txt"/);
  assert.deepEqual(
    await page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage)].some(kept => kept.includes('onerror'))),
    false,
    'nothing is kept',
  );
  await page.click('.sent a');
  await page.waitForSelector('.timeline .badge');
  await page.goBack();
  await page.waitForSelector('.attached input[type=file]');
  assert.equal(await page.locator('[data-file]').count(), 0);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('what the server says of a file stands beside it', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/compose?sample=receipt');
  await page.waitForSelector('.score-number');
  await page.setInputFiles('.attached input[type=file]', [
    { name: 'fine.txt', mimeType: 'text/plain', buffer: Buffer.from('fine') },
    { name: 'report.txt', mimeType: 'text/plain', buffer: Buffer.from(EICAR) },
  ]);
  await page.waitForSelector('[data-file="1"]');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('[data-file="1"] .error');
  assert.equal(await page.locator('[data-file="0"] .error').count(), 0);
  await clean(page, () => faults().filter(one => !one.includes('status of 422')));
  await page.context().close();
});

for (const look of looks) {
  test(`a draft with files: ${nameOf(look)}`, skip, async () => {
    const { page, faults } = await openPage(browser, world.base, look);
    await signIn(page, world.base, world.toko.key, '/compose?sample=receipt');
    await page.waitForSelector('.score-number');
    await page.setInputFiles('.attached input[type=file]', [
      { name: NAME, mimeType: 'text/plain', buffer: Buffer.from('a') },
      { name: TURNED, mimeType: 'text/plain', buffer: Buffer.from('c') },
      { name: `${'long-'.repeat(30)}.txt`, mimeType: 'text/plain', buffer: Buffer.from('b') },
      { name: 'large.bin', mimeType: '', buffer: Buffer.alloc(1_000_000) },
    ]);
    await page.waitForSelector('.attached .error');
    assert.equal(await page.locator('[data-file="1"] .outside').textContent(), 'invoice\\u202egnp.txt');
    await clean(page, faults);
    await page.context().close();
  });
}

test('a feed is added, told why it is not taken, taken when it is mended, changed and removed', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/library');
  await page.click('main a:text-is("Feeds")');
  await page.waitForSelector('.empty pre');
  await page.locator('h1').press('n');
  await page.fill('dialog label:text-is("Name") + input', 'bad-senders');
  await page.fill('dialog label:text-is("URL") + input', 'https://127.0.0.1/elsewhere');
  await page.fill('dialog label:text-is("URL") + input', feedUrl);
  await page.keyboard.press('Enter');
  const row = 'tbody tr:has-text("bad-senders")';
  await page.waitForSelector(`${row}:has-text("not taken"):has-text("it answers HTTP 404"):has-text("Failed 1 time;")`);
  await clean(page, faults);

  published = { status: 200, body: 'bad.test\nworse.test\n' };
  await page.locator(`${row} button:has-text("Pull now")`).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${row}:has-text("in force") td[data-title="Entries"]:text-is("2")`);
  published = { status: 200, body: `bad.test\n${HOSTILE}\n${HOSTILE}\n` };
  await page.click(`${row} button:has-text("Pull now")`);
  await page.waitForSelector(`${row}:has-text("not taken")`);
  published = { status: 200, body: 'bad.test\n' };
  await page.click(`${row} button:has-text("Take it as it is")`);
  await page.waitForSelector(`${row}:has-text("in force") td[data-title="Entries"]:text-is("1")`);

  await page.click(`${row} button:has-text("Change")`);
  await page.selectOption('dialog label:text-is("Pulled every") + select', '86400');
  await page.click('dialog [role=switch] >> nth=1');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector(`${row}:has-text("off")`);
  const [feed] = (await must(world.server.call('GET', '/v1/feeds'))).data;
  assert.deepEqual([feed.everySeconds, feed.enabled, feed.entries], [86_400, false, 1]);

  await page.click(`${row} button:has-text("Remove the feed")`);
  await page.fill('dialog input', 'bad-senders');
  await page.keyboard.press('Enter');
  await page.waitForSelector('main .empty');
  assert.deepEqual((await must(world.server.call('GET', '/v1/feeds'))).data, []);
  await clean(page, faults);
  await page.context().close();
});

test('a feed that cannot be is told at its field; accounts have none of it', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/library/feeds');
  await page.locator('h1').press('n');
  await page.fill('dialog label:text-is("Name") + input', 'bad-senders');
  await page.fill('dialog label:text-is("URL") + input', 'ftp://lists.example/bad.txt');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog .field:has(input[type=url]) .error');
  await page.keyboard.press('Escape');
  await clean(page, () => faults().filter(one => !one.includes('status of 422')));
  await page.context().close();
  const other = await openPage(browser, world.base);
  await signIn(other.page, world.base, world.toko.key, '/library');
  await other.page.waitForSelector('main .card');
  assert.equal(await other.page.locator('a:text-is("Feeds")').count(), 0);
  await other.page.goto(`${world.base}/library/feeds`);
  await other.page.waitForSelector('h1');
  assert.equal(await other.page.locator('main table, main .empty pre').count(), 0);
  assert.deepEqual(other.faults(), []);
  await other.page.context().close();
});

for (const look of looks) {
  test(`feeds and DNS blocklists: ${nameOf(look)}`, skip, async () => {
    published = { status: 404, body: '' };
    const made = await must(
      world.server.call('POST', '/v1/feeds', { name: 'a'.repeat(64), url: `${feedUrl}?${'long'.repeat(60)}`, format: 'plain' }),
    );
    await until('its fault', async () => (await must(world.server.call('GET', `/v1/feeds/${made.id}`))).fault as string | null);
    const { page, faults } = await openPage(browser, world.base, look);
    await signIn(page, world.base, world.server.operatorKey, '/library/feeds');
    await page.waitForSelector('main tbody tr:has(.badge.warn)');
    await page.waitForSelector('tr:has-text("peers.test") .badge.good');
    await page.waitForSelector('tr:has-text("closed.test") .badge.warn');
    await page.waitForSelector('tr:has-text("mute.test") .badge.bad');
    await clean(page, faults);
    await page.locator('h1').press('n');
    await page.waitForSelector('dialog form');
    await clean(page, faults);
    await page.context().close();
    await must(world.server.call('DELETE', `/v1/feeds/${made.id}`));
  });
}

test('a domain shows its reputation in short: too few at first, then its score with what costs most', skip, async () => {
  const kartu = await tenant(world.server, 'kartu.test');
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, kartu.key, '/domains/kartu.test');
  await page.waitForSelector('section:has(h2:text-is("Reputation")) :text("Too few to judge")');
  // Two in ten are not there.
  const to = Array.from({ length: 120 }, (_, n) => `${n % 5 === 0 ? 'hostile' : 'ana'}${n}@example.test`);
  const emails = [0, 40, 80].map(at => ({
    from: 'a@kartu.test',
    to: to.slice(at, at + 40),
    subject: 'Receipt',
    text: 'Thank you for your order.',
  }));
  await must(kartu.call('POST', '/v1/emails/batch', { emails }));
  await until('a score', async () => (await must(kartu.call('GET', '/v1/reputation/kartu.test'))).score !== null);
  await page.reload();
  const card = page.locator('section:has(h2:text-is("Reputation"))');
  await card.locator('.score-number:not(:text-is("–"))').waitFor();
  assert.match((await card.locator('li').first().textContent()) ?? '', /−\d+ of \d+/);
  await clean(page, faults);
  await card.locator('a').click();
  await page.waitForURL('**/reputation/kartu.test');
  await page.waitForSelector('h3:text-is("What costs points")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('the list of messages tells what the peer said last, of whom the state is about', skip, async () => {
  const id = await sendMail(world, ['ana@example.test', 'hostile@example.test'], ['delivered', 'bounced']);
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/messages');
  const reply = page.locator(`tr:has(a[href="/messages/${id}"]) td[data-title="Last reply"]`);
  assert.match((await reply.textContent()) ?? '', /550 5\.1\.1 <img src=x onerror=alert\(1\)>/);
  await clean(page, faults);
  // Others are columns to choose.
  assert.equal(await page.locator('th:has-text("From")').count(), 0);
  await page.click('summary:has-text("Columns"), button:has-text("Columns")');
  await page.click('label:has-text("From") input');
  await page.waitForSelector('th:has-text("From")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('the evidence of a suspension is saved as CSV', skip, async () => {
  const shop = await tenant(world.server, 'bukti.test');
  await must(world.server.call('PATCH', `/v1/accounts/${shop.accountId}`, { malware: { count: 1 } }));
  const mail = { from: 'a@bukti.test', to: 'ana@example.test', subject: 'Report', text: 'See the file.' };
  const content = Buffer.from(EICAR).toString('base64');
  assert.equal((await shop.call('POST', '/v1/emails', { ...mail, attachments: [{ filename: 'a.txt', content }] })).status, 422);
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, shop.key, '/standing');
  await page.waitForSelector('section:has(h2:text-is("Evidence")) li');
  const download = page.waitForEvent('download');
  await page.locator('section:has(h2:text-is("Evidence")) button').press('Enter');
  const [head = '', first = ''] = readFileSync(await (await download).path(), 'utf8').split('\r\n');
  assert.match(head, /^\ufeff"?Time"?,"?Rule"?,"?Message"?,"?Details"?$/);
  assert.match(first, /^"?\d{4}-\d\d-\d\dT.*malware.*Eicar/);
  await clean(page, faults);
  await page.context().close();
});
