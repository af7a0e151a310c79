// The life of an IP: in service only after a whole check, out at the first certain fault, back by itself, and never moved by what is unknown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HISTORY, LONG_REST_MS, WARM_DAYS } from './bounds.ts';
import type { Look, LookState } from './checks.ts';
import { checked, declaredWarm, inService, newIp, rested, resumed, used, type Ip } from './state.ts';

const NAMES = ['address', 'ptr', 'forward', 'helo', 'spf', 'port', 'dnsbl/a.test', 'dnsbl/b.test'];
const looks = (over: Readonly<Record<string, LookState>> = {}): readonly Look[] =>
  NAMES.map(name => ({ name, state: over[name] ?? 'ok', found: `${name} seen`, expected: null, fix: null }));
let now = 1_800_000_000_000;
const after = (ip: Ip, over: Readonly<Record<string, LookState>> = {}, warmed = false): Ip =>
  checked(ip, { looks: looks(over), helo: 'mx.test' }, (now += 300_000), () => warmed);
const fresh = (): Ip => newIp('192.0.2.9', now);
const good = (): Ip => after(fresh(), {}, true);

test('a new IP sends nothing until a whole check passed, then it warms, then it is good', () => {
  assert.equal(fresh().state, 'resting');
  const [warming] = [after(fresh())];
  assert.deepEqual([warming.state, warming.reason, warming.helo], ['warming', null, 'mx.test']);
  assert.equal(after(warming).state, 'warming');
  assert.equal(after(warming, {}, true).state, 'good');
  assert.equal(after(after(warming, {}, true), {}, false).state, 'good');
});

test('without a certain answer about its names a new IP waits; a silent blocklist keeps none back', () => {
  for (const name of ['address', 'ptr', 'forward', 'helo']) {
    const waiting = after(fresh(), { [name]: 'unknown' });
    assert.equal(waiting.state, 'resting');
    assert.match(waiting.reason ?? '', new RegExp(`not checked yet: ${name} seen`));
    assert.equal(after(waiting).state, 'warming');
  }
  assert.equal(after(fresh(), { 'dnsbl/a.test': 'unknown', spf: 'unknown', port: 'unknown' }).state, 'warming');
});

test('a wrong set-up fails at once and is back at the first clean check, as what it was', () => {
  for (const name of NAMES.filter(one => !one.startsWith('dnsbl/'))) {
    const failed = after(good(), { [name]: 'fail' });
    assert.deepEqual([failed.state, failed.reason], ['failed', `${name} seen`]);
    assert.equal(after(failed).state, 'good');
    assert.equal(after(good(), { [name]: 'warn' }).state, 'good');
  }
});

test('a listing rests it at once; two clean checks bring it back', () => {
  const listed = after(good(), { 'dnsbl/b.test': 'fail' });
  assert.deepEqual([listed.state, listed.reason], ['resting', 'dnsbl/b.test seen']);
  const once = after(listed);
  assert.deepEqual([once.state, once.reason], ['resting', 'clean again in 1 of 2 checks that are needed']);
  assert.equal(after(once).state, 'good');
  // It flaps: the count begins again.
  assert.equal(after(after(once, { 'dnsbl/b.test': 'fail' })).state, 'resting');
  assert.deepEqual(
    after(after(listed)).history.map(one => one.state),
    ['resting', 'good', 'resting', 'good'],
  );
});

test('what is unknown changes no state, in either direction', () => {
  const all = Object.fromEntries(NAMES.map(name => [name, 'unknown' as const]));
  assert.equal(after(good(), all).state, 'good');
  const listed = after(good(), { 'dnsbl/a.test': 'fail' });
  assert.equal(after(after(after(listed, all), all), all).state, 'resting');
  const failed = after(good(), { ptr: 'fail' });
  const still = after(failed, { ptr: 'unknown' });
  assert.deepEqual([still.state, still.since], ['failed', failed.since]);
  assert.match(still.reason ?? '', /ptr was wrong/);
});

test('a list that was taken out of the settings holds nothing any more', () => {
  const listed = after(good(), { 'dnsbl/a.test': 'fail' });
  const without = (ip: Ip): Ip => checked(ip, { looks: looks().filter(one => one.name !== 'dnsbl/a.test'), helo: 'mx.test' }, now);
  assert.equal(without(without(listed)).state, 'good');
});

test('the operator’s rest lasts until the operator ends it, over faults and clean checks', () => {
  const resting = rested(good(), 'moving house', (now += 1));
  assert.deepEqual([resting.state, resting.reason], ['resting', 'moving house']);
  assert.equal(after(after(after(resting))).state, 'resting');
  const failed = after(resting, { ptr: 'fail' });
  assert.equal(failed.state, 'failed');
  assert.equal(after(failed).reason, 'moving house');
  assert.equal(resumed(after(failed), (now += 1)).state, 'good');
  assert.equal(resumed(failed, (now += 1)).state, 'failed');
});

test('weeks out of service and it warms up anew, its days forgotten', () => {
  const start = used(good(), 20_000);
  const failed = after(start, { ptr: 'fail' });
  now += LONG_REST_MS;
  const back = after(failed);
  assert.deepEqual([back.state, back.usedDays], ['warming', 0]);
  assert.equal(start.usedDays, 1);
});

test('by default it is warm after so many days with mail; a day counts once', () => {
  let ip = checked(fresh(), { looks: looks(), helo: null }, now);
  for (let day = 1; day < WARM_DAYS; day++) ip = used(used(ip, day), day);
  assert.equal(checked(ip, { looks: looks(), helo: null }, now).state, 'warming');
  assert.equal(checked(used(ip, WARM_DAYS), { looks: looks(), helo: null }, now).state, 'good');
});

test('an IP that providers know already is good by the operator’s word, in service or not', () => {
  assert.equal(declaredWarm(after(fresh()), now).state, 'good');
  const waiting = declaredWarm(fresh(), now);
  assert.equal(waiting.state, 'resting');
  assert.equal(after(waiting).state, 'good');
});

test('a name that DNS did not give stays, one that is gone goes', () => {
  const helo = (seen: string | null | undefined): string | null => checked(good(), { looks: looks(), helo: seen }, now).helo;
  assert.deepEqual([helo(undefined), helo(null), helo('b.test')], ['mx.test', null, 'b.test']);
});

test('whatever happens: in service only with nothing against it, and the history is bounded and joined', () => {
  const state = fc.constantFrom<LookState>('ok', 'warn', 'fail', 'unknown');
  const check = fc.record(Object.fromEntries(NAMES.map(name => [name, state])));
  const step = fc.oneof(
    check.map(over => (ip: Ip) => after(ip, over)),
    fc.constant((ip: Ip) => rested(ip, 'why', (now += 1))),
    fc.constant((ip: Ip) => resumed(ip, (now += 1))),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), steps => {
      let ip = fresh();
      for (const one of steps) {
        const next = one(ip);
        const against = next.checks.some(seen => seen.standing === 'fail') || next.rest !== null || next.checkedAt === null;
        if (inService(next.state)) assert.equal(against, false);
        assert.equal(next.reason === null, inService(next.state));
        assert.equal(next.outSince === null, inService(next.state));
        assert.equal(next.history.at(-1)?.state, next.state);
        assert.ok(next.history.length <= HISTORY);
        ip = next;
      }
    }),
  );
});
