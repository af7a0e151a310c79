// TLS sessions counted: alike ones are one row, nothing personal is kept, the book is bounded and a failed write is tried again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsSum } from '../engines/store/control/tls-results.ts';
import { newMetrics } from '../engines/metrics.ts';
import type { SessionResult } from '../tlspolicy/results.ts';
import { newTlsResults, type TlsResults } from './tls-results.ts';

const DAY = 86_400_000;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const session: SessionResult = {
  domain: 'Them.example',
  policy: { type: 'sts', strings: ['version: STSv1', 'mode: testing'], domain: 'them.example', mxHosts: ['mx.them.example'] },
  ok: true,
  failure: null,
};
const failed = (detail: string | null): SessionResult => ({
  ...session,
  failure: { result: 'certificate-expired', sendingIp: '192.0.2.1', receivingHost: 'MX.them.example', receivingIp: '198.51.100.7', detail },
});

function counting(on = true): {
  readonly results: TlsResults;
  readonly written: TlsSum[];
  readonly break: (is: boolean) => void;
  at: number;
} {
  const written: TlsSum[] = [];
  let broken = false;
  const add = async (sums: readonly TlsSum[]): Promise<void> => {
    if (broken) throw new Error('the store is away');
    written.push(...sums);
  };
  const state = { written, at: 20_000 * DAY, break: (is: boolean) => void (broken = is) };
  const store = { tlsResults: { add } } as never;
  const clock = { now: () => state.at, monotonic: () => 0 };
  const metrics = newMetrics();
  return Object.assign(state, { results: newTlsResults({ store, clock, log: quiet, metrics, on }) });
}

test('alike sessions are one row of the day they were in', async () => {
  const it = counting();
  for (let n = 0; n < 5; n++) it.results.note(session);
  it.results.note(failed(null));
  it.results.note(failed(null));
  it.results.note({ ...session, ok: false });
  it.at += DAY;
  it.results.note(session);
  await it.results.flush();
  assert.deepEqual(
    it.written.map(one => [one.domain, one.day, one.policyType, one.result, one.receivingHost, one.count]),
    [
      ['them.example', 20_000, 'sts', '', null, 5],
      ['them.example', 20_000, 'sts', 'certificate-expired', 'mx.them.example', 2],
      ['them.example', 20_001, 'sts', '', null, 1],
    ],
  );
  assert.equal(new Set(it.written.slice(0, 2).map(one => one.key)).size, 2);
  assert.match(it.written[0]?.key ?? '', /^[\w-]{22}$/);
});

test('no address of anybody is kept', async () => {
  const it = counting();
  it.results.note(failed('454 4.7.0 no TLS for <ana@them.example>\r\nnow'));
  await it.results.flush();
  assert.equal(it.written[0]?.detail, '454 4.7.0 no TLS for <(an address)> now');
});

test('switched off, nothing is counted', async () => {
  const it = counting(false);
  it.results.note(session);
  await it.results.flush();
  assert.deepEqual(it.written, []);
});

test('a flood of different details is added up by its type', async () => {
  const it = counting();
  for (let n = 0; n < 3_000; n++) it.results.note(failed(`detail ${n}`));
  await it.results.flush();
  assert.equal(it.written.length, 1_001);
  assert.deepEqual([it.written.at(-1)?.count, it.written.at(-1)?.detail, it.written.at(-1)?.key], [2_000, null, it.written[0]?.bareKey]);
});

test('a write that fails is tried again with what came meanwhile', async () => {
  const it = counting();
  it.break(true);
  it.results.note(session);
  await it.results.flush();
  assert.equal(it.written.length, 0);
  it.results.note(session);
  it.break(false);
  await it.results.flush();
  assert.deepEqual(
    it.written.map(one => one.count),
    [2],
  );
});
