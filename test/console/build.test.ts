// Ways through the pages that make mail, and those on how it is seen, with a real browser and server: a template, a list, a batch, reputation,
// doctor, the audit log; by pointer and by keyboard, with hostile names and answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { discard, must, until } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';
import { accessibilityFaults, launch, looks, nameOf, noChromium, openPage, settled, signIn } from './browser.ts';
import { HOSTILE, startWorld, type World } from './world.ts';

let dns: StubDns;
let world: World;
let browser: Browser;
let template = '';
let list = '';
let batch = '';
const skip = { skip: noChromium };
before(async () => {
  if (noChromium) return;
  dns = await startStubDns({ 'mx.sesame.test A': ['127.0.0.1'], '1.0.0.127.in-addr.arpa PTR': ['<img src=x onerror=alert(1)>.test'] });
  world = await startWorld({ SESAME_RESOLVER: dns.address, SESAME_DNSBLS: 'off' });
  browser = await launch();
});
after(async () => {
  if (noChromium) return;
  await browser.close();
  await world.end();
  await dns.close();
  discard(world.server);
});
const idIn = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';
const clean = async (page: Page, faults: () => readonly string[]): Promise<void> => {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.deepEqual(faults(), []);
};

test('a template is written, refused for its form, saved with its review, and looked at with values', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/templates');
  await page.waitForSelector('.empty pre');
  await page.locator('h1').press('n');
  await page.waitForURL('**/templates/new');
  await page.fill('label:text-is("Name") + input', HOSTILE.slice(0, 60));
  await page.fill('label:text-is("Subject") + input', 'Receipt {{number}}');
  await page.fill('label:text-is("HTML") + textarea', '<p>Dear {{name|customer}}, <a onclick="{{x}}">thanks</a></p>');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.field .error');
  await page.fill('label:text-is("HTML") + textarea', '<p>Dear {{name|customer}}, thank you for order {{number}}.</p>');
  await page.fill('label:text-is("Text") + textarea', 'Dear {{name|customer}}, thank you for order {{number}}.');
  await page.fill('fieldset input >> nth=0', '8812');
  await page.click('button:text-is("Save and review")');
  await page.waitForURL('**/templates/tpl_*');
  template = idIn(page);
  await page.waitForSelector('h1 ~ .badge.good');
  await page.waitForSelector('.score-number');
  const frame = page.frameLocator('iframe');
  await frame.locator('p:has-text("order 8812")').waitFor();
  await page.locator('section:has(iframe) input').nth(1).fill('<b>Ana</b>');
  await frame.locator('p:has-text("<b>Ana</b>")').waitFor();
  await page.fill('label:text-is("Subject") + input', 'Your receipt {{number}}');
  await page.waitForSelector(':text("changes that are not saved")');
  await page.locator('label:text-is("Subject") + input').press('Enter');
  await page.waitForSelector('.toast:has-text("version 2")');
  assert.equal((await must(world.toko.call('GET', `/v1/templates/${template}`))).subject, 'Your receipt {{number}}');
  await page.click('a:text-is("All templates")');
  await page.waitForSelector('tbody tr');
  await page.locator('h1').press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/templates/${template}`);
  await page.waitForSelector('.score-number');
  // Chromium tells of the refusal that was asked for.
  await clean(page, () => faults().filter(one => !one.includes('status of 422')));
  await page.context().close();
});

test('a list is made, filled by paste with its counts, searched, and somebody is taken out or put back', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/lists');
  await page.fill('main input', 'newsletter');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/lists/lst_*');
  list = idIn(page);
  await page.fill(
    'textarea',
    `address,name\nana@shop.test,"<b>Ana</b>"\nben@shop.test,Ben\nANA@shop.test,Ana\n<img src=x onerror=alert(1)>,x\ncem@shop.test,\n`,
  );
  await page.click('button:text-is("Import")');
  await page.waitForSelector('.tile:has-text("New") .tile-value:text-is("3")');
  await page.waitForSelector('.tile:has-text("There already") .tile-value:text-is("1")');
  await page.waitForSelector('tr:has-text("line 5"):has-text("<img src=x")');
  await page.waitForSelector('tr:has-text("ben@shop.test")');
  await clean(page, faults);
  const out = (address: string): Promise<void> => page.click(`tr:has-text("${address}") button`);
  await out('ben@shop.test');
  await page.waitForFunction(() => !document.querySelector('main table')?.textContent?.includes('ben@shop.test'));
  await page.click('.toast button:text-is("Undo")');
  await page.waitForSelector('tr:has-text("ben@shop.test")');
  await out('cem@shop.test');
  await page.click('.toast button:text-is("Dismiss")');
  await until('taken out', async () => (await must(world.toko.call('GET', `/v1/lists/${list}`))).recipients === 2);
  await page.fill('input[type=search]', 'BEN@shop.test');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.querySelectorAll('main table tbody tr').length === 1 || document.querySelector('main .card .soft'),
  );
  await page.fill('input[type=search]', 'nobody@shop.test');
  await page.keyboard.press('Enter');
  await page.waitForSelector(':text("not in the list")');
  await page.setInputFiles('input[type=file]', {
    name: 'more.ndjson',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from('{"address":"dee@shop.test"}\n'),
  });
  await until('imported', async () => (await must(world.toko.call('GET', `/v1/lists/${list}`))).recipients === 3);
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a batch is looked over, started, followed to its end, and deleted by typing its id', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, `/batches/new?list=${list}&template=${template}`);
  await page.fill('label:text-is("From") + input', `Toko <news@${world.toko.domain}>`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open] :text("3 recipients of newsletter get this mail.")');
  assert.equal((await must(world.toko.call('GET', '/v1/batches'))).data.length, 0);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click('dialog button:text-is("Start the batch")');
  await page.waitForURL('**/batches/bat_*');
  batch = idIn(page);
  await page.waitForSelector('h1 ~ .badge.good', { timeout: 60_000 });
  await page.waitForSelector('.tile:has-text("Accepted") .tile-value:text-is("3")');
  await page.waitForSelector(`a[href="/lists/${list}"]`);
  await clean(page, faults);
  await page.click('button:text-is("Delete")');
  await page.fill('dialog input', batch);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/batches');
  await page.waitForSelector('.empty');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a batch with a cycle is paused and resumed by key, and cancelled', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/batches/new');
  await page.fill('label:text-is("From") + input', `news@${world.toko.domain}`);
  await page.fill('input[type=datetime-local]', '2027-05-01T09:00');
  await page.selectOption('select:below(:text("First run")) >> nth=0', 'days');
  await page.locator('fieldset input').nth(3).check();
  await page.click('button:text-is("Look it over")');
  await page.waitForSelector('dialog :text("Monday and Thursday 09:00 (Asia/Jakarta)")');
  await page.click('dialog button:text-is("Start the batch")');
  await page.waitForURL('**/batches/bat_*');
  batch = idIn(page);
  const state = async (): Promise<string> => (await must(world.toko.call('GET', `/v1/batches/${batch}`))).state;
  await page.waitForSelector('h1 ~ .badge:has-text("Scheduled")');
  await page.locator('h1').press('p');
  await page.waitForSelector('h1 ~ .badge:has-text("Paused")');
  assert.equal(await state(), 'paused');
  await page.locator('h1').press('p');
  await page.waitForSelector('h1 ~ .badge:has-text("Scheduled")');
  await page.click('button:text-is("Cancel the batch")');
  await page.fill('dialog input', batch);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1 ~ .badge:has-text("Cancelled")');
  assert.equal(await state(), 'cancelled');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('reputation says when there is too little to judge, and leads to a domain', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/reputation');
  await page.waitForSelector(':text("Too few to judge")');
  await page.click(`a[href="/reputation/${world.toko.domain}"]`);
  await page.waitForSelector(`h1:has-text("${world.toko.domain}")`);
  for (const summary of await page.locator('main details > summary').all()) await summary.click();
  await page.waitForSelector('.lines-of .meter');
  await clean(page, faults);
  await page.context().close();
});

test('doctor tells findings as text, one is set aside with a reason and taken back, and the audit log has both', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, world.base, world.server.operatorKey, '/doctor');
  await page.waitForSelector('.verdict .badge', { timeout: 90_000 });
  const group = page.locator('details[open]', { hasText: 'Names and DNS' });
  await group.locator('li:has-text("reverse DNS") :text("<img src=x onerror=alert(1)>.test")').waitFor();
  await clean(page, faults);
  await page.click('button:text-is("Copy as text")');
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^ {2}fail {2}postmaster: SESAME_POSTMASTER is not set$/m);
  await page.click('li:has-text("postmaster") button');
  await page.fill('dialog input', '<b>known</b>');
  await page.keyboard.press('Enter');
  await page.waitForSelector('section:has-text("What is set aside") li:has-text("<b>known</b>")');
  assert.equal((await must(world.server.call('GET', '/v1/doctor/set-aside'))).data.length, 1);
  await page.click('section:has-text("What is set aside") button:has-text("Take back")');
  await page.waitForSelector(':text("Nothing is set aside")');
  await page.goto(`${world.base}/audit?action=doctor`);
  await page.waitForSelector('tr:has-text("doctor.set_aside"):has-text("<b>known</b>")');
  await page.waitForSelector('tr:has-text("doctor.take_back")');
  await page.fill('label:text-is("What") + input', 'nothing.such');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.empty:has-text("Nothing fits")');
  assert.match(page.url(), /action=nothing\.such/);
  await page.click('button:text-is("Show all")');
  await page.waitForSelector('tbody tr');
  await clean(page, faults);
  await page.context().close();
});

for (const look of looks) {
  test(`these pages: ${nameOf(look)}`, skip, async () => {
    const { page, faults } = await openPage(browser, world.base, look);
    await signIn(page, world.base, world.server.operatorKey, '/templates');
    const paths = [
      '/templates',
      `/templates/${template}`,
      '/lists',
      `/lists/${list}`,
      '/batches',
      `/batches/${batch}`,
      '/batches/new',
      '/reputation',
      '/reputation?kind=domain',
      '/reputation?kind=ip',
      `/reputation/${world.toko.domain}`,
      '/audit',
      '/doctor',
    ];
    for (const path of paths) {
      await page.goto(world.base + path);
      await page.waitForSelector('main h1');
      if (path === '/doctor') await page.waitForSelector('.verdict .badge', { timeout: 90_000 });
      await settled(page);
      for (const details of await page.locator('main details').all()) await details.evaluate(one => one.setAttribute('open', ''));
      assert.deepEqual(await accessibilityFaults(page), [], `${path} ${nameOf(look)}`);
    }
    assert.deepEqual(faults(), []);
    await page.context().close();
  });
}
