// New campaigns of an account: not while it has no usual ones, not what was sent in the week before, and never more kept than the bounds.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newSketchBox } from '../../learn/sketches.ts';
import * as bounds from '../../standing/bounds.ts';
import type { Secrets } from '../types.ts';
import { newSentCampaigns, type SentCampaign } from './standing-sent.ts';

const NOW = 20_000 * bounds.DAY_MS;
const key = randomBytes(32);
const sentCampaign = newSentCampaigns(newSketchBox({ mac: () => key } as unknown as Secrets));
const sketch = (n: number): readonly number[] => Array.from({ length: 16 }, (_, i) => n * 1_000 + i);
/** The same mail with another name in it: a few of its numbers differ. */
const varied = (n: number): readonly number[] => [...sketch(n).slice(0, 13), n * 1_000 + 990, n * 1_000 + 991, n * 1_000 + 992];

type Seen = { readonly news: readonly boolean[]; readonly known: readonly SentCampaign[] };
function send(from: readonly SentCampaign[], ...mails: readonly (readonly [sketch: readonly number[], at: number])[]): Seen {
  return mails.reduce<Seen>(
    ({ news, known }, [one, at]) => {
      const seen = sentCampaign(known, one, at);
      return { news: [...news, seen.isNew], known: seen.known };
    },
    { news: [], known: from },
  );
}
const DAY = bounds.DAY_MS;

test('nothing is new on the first day; then a campaign is for a day, in all its mails', () => {
  const first = send([], [sketch(1), NOW], [sketch(2), NOW + DAY - 1]);
  assert.deepEqual(first.news, [false, false]);
  const next = send(
    first.known,
    [sketch(3), NOW + DAY],
    [varied(3), NOW + DAY + 1],
    [varied(1), NOW + DAY + 2],
    [sketch(3), NOW + 2 * DAY],
  );
  assert.deepEqual(next.news, [true, true, false, false]);
  assert.equal(next.known.length, 3);
});

test('sent within the week it is not new, after it it is', () => {
  const { known } = send([], [sketch(1), NOW], [sketch(2), NOW + DAY]);
  const kept = send(known, [sketch(2), NOW + 4 * DAY], [sketch(1), NOW + 6 * DAY]).known;
  assert.deepEqual(send(kept, [sketch(1), NOW + 12 * DAY]).news, [false]);
  const other = send(kept, [sketch(2), NOW + 10 * DAY]).known;
  assert.deepEqual(send(other, [sketch(1), NOW + 13 * DAY]).news, [true]);
});

test('the bounds hold against any flood, which pushes no usual campaign out; the sealed form says nothing', () => {
  const usual = send([], [sketch(1), NOW]).known;
  const flood = send(usual, ...Array.from({ length: 500 }, (_, n) => [sketch(n + 10), NOW + DAY + n] as const));
  assert.ok(flood.news.every(Boolean));
  assert.equal(flood.known.length, 1 + bounds.NEW_CAMPAIGNS_KEPT);
  assert.deepEqual(send(flood.known, [sketch(1), NOW + DAY + 600]).news, [false]);
  // Who always sends something else has no usual campaigns: nothing is new any more.
  let known = flood.known;
  let last: readonly boolean[] = [];
  for (let day = 2; day < 9; day++) {
    const seen = send(known, ...Array.from({ length: 40 }, (_, n) => [sketch(day * 1_000 + n), NOW + day * DAY + n * 1_800_000] as const));
    ({ known, news: last } = seen);
    assert.ok(known.length <= bounds.USUAL_CAMPAIGNS_KEPT + bounds.NEW_CAMPAIGNS_KEPT, `${known.length}`);
  }
  assert.ok(last.every(one => !one));
  assert.ok(JSON.stringify(known).length < 8_000, `${JSON.stringify(known).length} bytes`);
  assert.ok(
    known.every(
      one =>
        !one.sealed.includes(
          Buffer.from(Uint32Array.from(sketch(1)).buffer)
            .toString('base64')
            .slice(0, 12),
        ),
    ),
  );
});

test('kept as JSON it goes on the same; one mail an hour changes nothing that is kept', () => {
  const { known } = send([], [sketch(1), NOW], [sketch(2), NOW + DAY]);
  const again = JSON.parse(JSON.stringify(known)) as readonly SentCampaign[];
  assert.deepEqual(send(again, [varied(2), NOW + DAY + 5]).news, [true]);
  assert.equal(sentCampaign(known, sketch(2), NOW + DAY + 5).known, known);
});
