// The gates of a limited account, and networks of logins.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { FAILED_NETWORKS_KEPT } from '../standing/bounds.ts';
import { openShared } from '../engines/shared.ts';
import { LIMITED_RECIPIENTS, LIMITED_WINDOW_MS, mayTake, networkOf, noteFailedLogin, noteLogin } from './standing.ts';
import type { AccountFacts, IdentifyDeps } from './types.ts';

function deps(
  state: AccountFacts['state'],
  country: string | null = null,
): { readonly deps: IdentifyDeps; readonly clock: { now: number }; readonly told: unknown[] } {
  const clock = { now: 1_800_000_000_000 };
  const told: unknown[] = [];
  const account = { id: 'acc_1', state } as AccountFacts;
  const shared = openShared(1 << 20, () => clock.now);
  const secrets = { mac: (use: string, text: string) => createHmac('sha256', use).update(text).digest() };
  const made = {
    shared,
    secrets,
    account: async () => account,
    told: (_id: string, one: unknown) => void told.push(one),
    country: () => country,
  };
  return { deps: made as unknown as IdentifyDeps, clock, told };
}

test('a limited account has its recipients by the minute; what is refused is not counted', async () => {
  const { deps: limited, clock } = deps('limited');
  assert.equal(await mayTake(limited, 'acc_1', LIMITED_RECIPIENTS - 10), null);
  const refused = await mayTake(limited, 'acc_1', 11);
  assert.deepEqual([refused?.code, refused?.reason], [451, 'quota_exceeded']);
  assert.equal(await mayTake(limited, 'acc_1', 10), null);
  assert.ok(await mayTake(limited, 'acc_1', 1));
  clock.now += LIMITED_WINDOW_MS;
  assert.equal(await mayTake(limited, 'acc_1', 1), null);
});

test('no other state has that limit', async () => {
  for (const state of ['active', 'warned'] as const) assert.equal(await mayTake(deps(state).deps, 'acc_1', 10_000), null);
});

test('a network is told once an hour', () => {
  const { deps: made, clock, told } = deps('active');
  for (const ip of ['192.0.2.1', '192.0.2.200', '198.51.100.1']) noteLogin(made, 'acc_1', ip);
  assert.equal(told.length, 2);
  clock.now += 3_600_000;
  noteLogin(made, 'acc_1', '192.0.2.1');
  assert.equal(told.length, 3);
  assert.deepEqual(Object.keys(told[0] as object), ['kind', 'network']);
  const known = deps('active', 'ID');
  noteLogin(known.deps, 'acc_1', '192.0.2.1');
  assert.equal((known.told[0] as { country: string }).country, 'ID');
});

test('failed logins are told once an hour for each network, and no more in all than the rules look at', () => {
  const { deps: made, clock, told } = deps('active');
  for (const ip of ['192.0.2.1', '192.0.2.200', '198.51.100.1']) noteFailedLogin(made, 'acc_1', ip);
  assert.equal(told.length, 2);
  for (let n = 0; n < 200; n++) noteFailedLogin(made, 'acc_1', `10.0.${n}.1`);
  assert.equal(told.length, FAILED_NETWORKS_KEPT);
  noteFailedLogin(made, 'acc_2', '192.0.2.1');
  assert.equal(told.length, FAILED_NETWORKS_KEPT + 1);
  clock.now += 3_600_000;
  noteFailedLogin(made, 'acc_1', '192.0.2.1');
  assert.deepEqual((told.at(-1) as { kind: string }).kind, 'failed_login');
  assert.equal(told.length, FAILED_NETWORKS_KEPT + 2);
});

test('networks: /24 and /48, however the address is written', () => {
  assert.equal(networkOf('192.0.2.77'), '192.0.2.0/24');
  assert.equal(networkOf('::ffff:192.0.2.77'), '192.0.2.0/24');
  for (const ip of ['2001:db8:1:2::3', '2001:0DB8:0001:9:8:7:6:5', '2001:db8:1::']) assert.equal(networkOf(ip), '2001:db8:1::/48', ip);
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0::/48');
  assert.equal(networkOf('::1'), '0:0:0::/48');
});
