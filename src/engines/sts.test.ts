// MTA-STS as it is fetched and kept, over a zone and a web host that behave as told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FETCH_PAUSE_MS, REFRESH_MS } from '../tlspolicy/bounds.ts';
import type { DnsAnswer, Resolver } from './resolver/types.ts';
import type { KeptSts } from './store/control/sts.ts';
import { newSts } from './sts.ts';
import type { HttpAnswer, HttpFailure } from './types.ts';

const POLICY = 'version: STSv1\nmode: enforce\nmx: mx.there.test\nmax_age: 604800\n';
const ok = (body: string, type = 'text/plain; charset=utf-8', status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(body),
  ip: '192.0.2.1',
});

function world(): {
  now: number;
  txt: DnsAnswer;
  fresh: DnsAnswer | null;
  answer: HttpAnswer | HttpFailure;
  readonly fetched: string[];
  readonly kept: Map<string, KeptSts>;
  readonly ask: (last?: boolean) => ReturnType<ReturnType<typeof newSts>>;
} {
  const w = {
    now: 1_800_000_000_000,
    txt: record('one'),
    fresh: null as DnsAnswer | null,
    answer: ok(POLICY) as HttpAnswer | HttpFailure,
    fetched: [] as string[],
    kept: new Map<string, KeptSts>(),
    ask: (last = false) => sts('there.test', last),
  };
  const resolver = (of: () => DnsAnswer): Resolver => ({
    lookUp: (() => Promise.resolve(of())) as Resolver['lookUp'],
    close: () => undefined,
  });
  const sts = newSts({
    clock: { now: () => w.now, monotonic: () => w.now },
    resolver: resolver(() => w.txt),
    freshResolver: resolver(() => w.fresh ?? w.txt),
    http: {
      get: url => {
        w.fetched.push(url);
        return new Promise(resolve => setImmediate(() => resolve(w.answer)));
      },
      post: () => Promise.reject(new Error('nothing is posted')),
    },
    kept: domain => Promise.resolve(w.kept.get(domain) ?? null),
    keep: ({ domain, ...kept }) => Promise.resolve(void w.kept.set(domain, kept)),
  });
  return w;
}
const record = (id: string): DnsAnswer => ({ kind: 'records', records: [`v=STSv1; id=${id};`], ad: false, ttlSeconds: 60, canonical: 'x' });

test('fetched once, kept, and fetched again beside the delivery when a day is over', async () => {
  const w = world();
  assert.equal((await w.ask()).policy?.mode, 'enforce');
  assert.deepEqual(w.fetched, ['https://mta-sts.there.test/.well-known/mta-sts.txt']);
  await w.ask();
  assert.equal(w.fetched.length, 1);
  w.now += REFRESH_MS + 1;
  assert.equal((await w.ask()).policy?.mode, 'enforce');
  await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal(w.fetched.length, 2);
  assert.equal(w.kept.get('there.test')?.cached?.fetchedAt, w.now);
});

test('a thousand mails at once cause one fetch', async () => {
  const w = world();
  const all = await Promise.all(Array.from({ length: 1_000 }, () => w.ask()));
  assert.ok(all.every(one => one.policy?.mode === 'enforce'));
  assert.equal(w.fetched.length, 1);
});

test('who hides the record or the web host does not switch the policy off', async () => {
  const w = world();
  await w.ask();
  for (const hidden of [{ kind: 'nxdomain', ad: false, ttlSeconds: 60 }, { kind: 'servfail' }] as const) {
    w.txt = hidden;
    w.answer = { failed: true, why: 'connect', text: 'ECONNREFUSED' };
    w.now += REFRESH_MS + 1;
    assert.equal((await w.ask()).policy?.mode, 'enforce');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  w.now += 604_800_000;
  assert.equal((await w.ask()).policy, null);
});

test('what is wrong with the fetch is told, and it is not tried again for a while', async () => {
  const wrong: readonly (readonly [HttpAnswer | HttpFailure, string])[] = [
    [{ failed: true, why: 'tls', text: 'CERT_HAS_EXPIRED' }, 'sts-webpki-invalid'],
    [{ failed: true, why: 'timeout', text: 'no answer' }, 'sts-policy-fetch-error'],
    [ok('', 'text/plain', 404), 'sts-policy-fetch-error'],
    [ok(POLICY, 'text/plain', 301), 'sts-policy-fetch-error'],
    [ok(POLICY, 'text/html'), 'sts-policy-invalid'],
    [ok('version: STSv2'), 'sts-policy-invalid'],
    [ok(POLICY + 'x'.repeat(70_000)), 'sts-policy-invalid'],
  ];
  for (const [answer, failure] of wrong) {
    const w = world();
    w.answer = answer;
    const decision = await w.ask();
    assert.deepEqual([decision.policy, decision.failure], [null, failure]);
    w.answer = ok(POLICY);
    assert.equal((await w.ask()).policy, null);
    assert.equal(w.fetched.length, 1);
    w.now += FETCH_PAUSE_MS + 1;
    assert.equal((await w.ask()).policy?.mode, 'enforce');
  }
});

test('before a mail is given up DNS is asked afresh, and a newer policy fetched', async () => {
  const w = world();
  await w.ask();
  w.fresh = record('two');
  w.answer = ok(POLICY.replace('enforce', 'none'));
  assert.equal((await w.ask()).policy?.mode, 'enforce');
  assert.equal((await w.ask(true)).policy?.mode, 'none');
});
