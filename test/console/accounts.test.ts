// Ways through accounts and standing with a real browser and server: made, suspended with a reason, the appeal of its owner, reinstated.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { discard, must } from '../server.ts';
import { accessibilityFaults, launch, looks, nameOf, noChromium, openPage, settled, signIn } from './browser.ts';
import { startWorld, type World } from './world.ts';

const REASON = 'a bought list <img src=x onerror=alert(1)>';
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

test('an account is made, gets a quota, and is suspended with a reason', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.server.operatorKey, '/accounts');
  await page.waitForSelector(`main tr:has-text("${world.toko.domain}"), main tbody tr`);
  await page.locator('h1').focus();
  await page.keyboard.press('n');
  await page.fill('dialog input', 'Second shop');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/accounts/acc_*');
  await page.waitForSelector('h1:has-text("Second shop")');
  await page.fill('input[type=number]', '5000');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dd:has-text("0 of 5,000")');
  await page.goto(`${world.base}/accounts/${world.toko.accountId}`);
  await page.waitForSelector('h1 ~ .badge:has-text("Active")');
  await page.fill('.one-field input:not([type=number])', REASON);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1 ~ .badge:has-text("Suspended")');
  assert.equal((await must(world.server.call('GET', `/v1/accounts/${world.toko.accountId}`))).reason, REASON);
  assert.equal(await page.locator('main img').count(), 0);
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click('a:text-is("Accounts") >> nth=-1');
  await page.waitForSelector('main tbody tr:first-child:has-text("Suspended")');
  assert.deepEqual(faults(), []);
  await page.context().close();
});

for (const look of looks) {
  test(`pages of a suspended account: ${nameOf(look)}`, skip, async () => {
    const { page, faults } = await openPage(browser, world.base, look);
    await signIn(page, world.base, world.server.operatorKey);
    await page.evaluate(id => sessionStorage.setItem('sesame.acting', JSON.stringify({ id, name: 'toko' })), world.toko.accountId);
    for (const path of ['/standing', '/accounts', `/accounts/${world.toko.accountId}`]) {
      await page.goto(world.base + path);
      await page.waitForSelector('main .record, main tbody tr, main .card');
      await settled(page);
      for (const details of await page.locator('main details').all()) await details.evaluate(one => one.setAttribute('open', ''));
      assert.deepEqual(await accessibilityFaults(page), [], `${path} ${nameOf(look)}`);
    }
    assert.deepEqual(faults(), []);
    await page.context().close();
  });
}

test('its owner reads why, runs the rules and appeals; the operator reinstates it', skip, async () => {
  const { page, faults } = await openPage(browser, world.base);
  await signIn(page, world.base, world.toko.key, '/standing');
  await page.waitForSelector('main p:has-text("Suspended by the operator since")');
  await page.waitForSelector('main p:has-text("<img src=x onerror=alert(1)>")');
  await page.waitForSelector('.record:has-text("Hard bounces"):has-text("Too few to judge")');
  await page.click('button:text-is("Run the rules")');
  await page.waitForSelector('[aria-live] p:has-text("It ends as")');
  await page.fill('textarea', 'The list is gone.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.toast:has-text("has your appeal")');
  const { data } = await must(world.server.call('GET', '/v1/audit?action=account.appeal'));
  assert.equal(data[0].detail, 'The list is gone.');
  assert.deepEqual(faults(), []);
  await page.context().close();
  const operator = await openPage(browser, world.base);
  await signIn(operator.page, world.base, world.server.operatorKey, `/accounts/${world.toko.accountId}`);
  await operator.page.fill('.one-field input:not([type=number])', 'they removed it');
  await operator.page.keyboard.press('Enter');
  await operator.page.waitForSelector('h1 ~ .badge:has-text("Active")');
  assert.deepEqual(operator.faults(), []);
  await operator.page.context().close();
});
