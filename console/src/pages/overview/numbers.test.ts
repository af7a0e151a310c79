import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bouncedShare, complainedShare, deliveredShare, encryptedShare, growth, spanOf, topProviders, type Counts } from './numbers.ts';

const counts = (more: Partial<Counts> = {}): Counts => ({
  mails: 0,
  accepted: 0,
  suppressed: 0,
  delivered: 0,
  tls: {},
  deferred: 0,
  bounced: { total: 0, hard: 0, afterDelivery: 0 },
  expired: 0,
  rejected: { total: 0, spam: 0, virus: 0, other: 0 },
  complained: 0,
  received: { mails: 0, spam: { pass: 0, gray: 0, fail: 0, unchecked: 0 }, virus: { fail: 0 }, rejected: { total: 0 } },
  ...more,
});

test('shares are of what came to an end; a bounce that came back later ended before', () => {
  const some = counts({
    delivered: 90,
    tls: { none: 9, 'TLSv1.3': 81 },
    bounced: { total: 10, hard: 8, afterDelivery: 5 },
    expired: 5,
    complained: 3,
  });
  assert.deepEqual(deliveredShare(some), { share: 0.9, part: 90, whole: 100 });
  assert.deepEqual(bouncedShare(some), { share: 0.1, part: 10, whole: 100 });
  assert.deepEqual(complainedShare(some), { share: 3 / 90, part: 3, whole: 90 });
  assert.deepEqual(encryptedShare(some), { share: 0.9, part: 81, whole: 90 });
});

test('of nothing there is no share, and from nothing no growth', () => {
  assert.equal(deliveredShare(counts()).share, null);
  assert.equal(encryptedShare(counts()).share, null);
  assert.equal(growth(5, 0), null);
  assert.equal(growth(103, 100)?.toFixed(2), '0.03');
});

test('a range ends with this hour, and the one before it is as long', () => {
  assert.deepEqual(spanOf('7d', Date.parse('2026-11-30T12:34:00Z')), {
    from: '2026-11-23T13:00:00.000Z',
    to: '2026-11-30T13:00:00.000Z',
    beforeFrom: '2026-11-16T13:00:00.000Z',
    by: 'hour',
  });
  assert.equal(spanOf('30d', 0).by, 'day');
});

test('eight providers and the rest, added up; those where nothing happened are left out', () => {
  const rows = Array.from({ length: 12 }, (_, n) => ({ from: '', to: '', provider: `p${n}`, counts: counts({ delivered: n }) }));
  const top = topProviders(rows);
  assert.deepEqual(
    top.map(row => [row.provider, row.counts.delivered]),
    [...[11, 10, 9, 8, 7, 6, 5, 4].map(n => [`p${n}`, n]), ['rest', 6]],
  );
});
