// Ways through sending IPs and pools with a real browser, server and DNS: what is wrong and what to do, out of service and back, a pool.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { discard, must } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';
import { accessibilityFaults, launch, looks, nameOf, noChromium, openPage, settled, signIn } from './browser.ts';
import { startWorld, type World } from './world.ts';

const IP = '127.0.0.1';
let dns: StubDns;
let world: World;
let browser: Browser;
const skip = { skip: noChromium };
before(async () => {
  if (noChromium) return;
  dns = await startStubDns({ '1.0.0.127.in-addr.arpa PTR': ['mx.sesame.test'], 'mx.sesame.test A': ['203.0.113.9'] });
  world = await startWorld({ SESAME_RESOLVER: dns.address, SESAME_SENDING_IPS: `${IP},198.51.100.4`, SESAME_DNSBLS: 'off' });
  browser = await launch();
});
after(async () => {
  if (noChromium) return;
  await browser.close();
  await world.end();
  await dns.close();
  discard(world.server);
});

test('an IP is checked, says what is wrong, rests and comes back', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/sending-ips');
  await page.click(`main a:text-is("${IP}")`);
  await page.waitForSelector('h1 ~ .badge');
  await page.locator('h1').focus();
  await page.keyboard.press('r');
  await page.waitForSelector('.toast:has-text("It was checked")');
  const first = page.locator('main .record').first();
  assert.match((await first.textContent()) ?? '', /Fails/);
  await page.waitForSelector('.record:has-text("The name leads back"):has-text("What to do") .badge.bad');
  await page.waitForSelector('.record:has-text("Reverse DNS"):has-text("mx.sesame.test") .badge.good');
  await page.click('button:text-is("Take it out of service")');
  await page.fill('input:near(:text("It stands in the history"))', 'moving <b>house</b>');
  await page.keyboard.press('Enter');
  await page.waitForSelector('button:text-is("Put it back in service")');
  assert.equal((await must(world.server.call('GET', `/v1/sending-ips/${IP}`))).rest, 'moving <b>house</b>');
  assert.equal(await page.locator('main b').count(), 0);
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click('button:text-is("Put it back in service")');
  await page.waitForSelector('button:text-is("Take it out of service")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

test('a pool is made, an IP moves into it, and it is removed by typing its name', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/sending-ips');
  await page.click('button:text-is("Make a pool")');
  await page.fill('dialog input', 'shop');
  await page.fill('dialog textarea >> nth=0', '192.0.2.77');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog .failed:has-text("192.0.2.77")');
  await page.fill('dialog textarea >> nth=0', '198.51.100.4');
  await page.fill('dialog textarea >> nth=1', world.toko.accountId);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('tr:has-text("shop"):has-text("198.51.100.4")');
  const pool = await must(world.server.call('GET', '/v1/pools/shop'));
  assert.deepEqual([pool.ips, pool.accounts], [['198.51.100.4'], [world.toko.accountId]]);
  await page.click('tr:has-text("shop") button:has-text("Remove")');
  await page.fill('dialog input', 'shop');
  await page.keyboard.press('Enter');
  await page.waitForSelector('tr:has-text("shop")', { state: 'detached' });
  // Chromium names the refusal of the foreign IP, which was asked for above.
  assert.deepEqual(
    faults().filter(fault => !/422.*\/v1\/pools$/.test(fault)),
    [],
  );
  await page.context().close();
});

for (const look of looks) {
  test(`pages with IPs: ${nameOf(look)}`, skip, async () => {
    const { page, faults } = await openPage(browser, world.base, look);
    await signIn(page, world.base, world.server.operatorKey);
    for (const path of ['/sending-ips', `/sending-ips/${IP}`]) {
      await page.goto(world.base + path);
      await page.waitForSelector('main .card');
      await settled(page);
      for (const details of await page.locator('main details').all()) await details.evaluate(one => one.setAttribute('open', ''));
      assert.deepEqual(await accessibilityFaults(page), [], `${path} ${nameOf(look)}`);
    }
    assert.deepEqual(faults(), []);
    await page.context().close();
  });
}
