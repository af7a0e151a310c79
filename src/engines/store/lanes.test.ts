import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEAD_AFTER, LANE_FLOOR, LANE_MOST, LANE_START, PAUSE_MOST_MS, QUANTUM, REST_FIRST_MS, REST_MOST_MS } from './bounds.ts';
import { newLaneBook, type LaneBook } from './lanes.ts';

const LANE = 'mx:x.test';
const fill = (book: LaneBook, jobs: number): void => {
  for (let n = 0; n < jobs; n++) book.enter(LANE);
};

test('a lane that answers gets wider by one a job, up to its most', () => {
  const book = newLaneBook();
  assert.equal(book.room(LANE, 0), LANE_START);
  fill(book, LANE_START);
  assert.equal(book.room(LANE, 0), 0);
  for (let n = 0; n < LANE_START; n++) book.leave(LANE, 'answered', 0);
  assert.equal(book.room(LANE, 0), 2 * LANE_START, 'twice as wide after a round');
  for (let n = 0; n < 1_000; n++) {
    book.enter(LANE);
    book.leave(LANE, 'answered', 0);
  }
  assert.equal(book.room(LANE, 0), LANE_MOST);
});

test('a lane that falls silent narrows at once, rests for longer each time, and comes back in a ramp', () => {
  const book = newLaneBook(() => 1);
  fill(book, DEAD_AFTER + 5);
  let until = 0;
  for (let n = 0; n < DEAD_AFTER; n++) until = book.leave(LANE, 'silent', 1_000);
  assert.equal(until, 1_000 + REST_FIRST_MS);
  assert.equal(book.room(LANE, 1_000), 0);
  for (let n = 0; n < 5; n++) assert.equal(book.leave(LANE, 'silent', 2_000), 0, 'what was on its way says nothing new');
  assert.equal(book.pausedUntil(LANE, '', until - 1), until);
  assert.equal(book.room(LANE, until), LANE_FLOOR, 'a probe, not a flood');
  let now = until;
  const rests: number[] = [];
  for (let n = 0; n < 8; n++) {
    book.enter(LANE);
    const next = book.leave(LANE, 'silent', now);
    rests.push(next - now);
    now = next;
  }
  assert.deepEqual(rests.slice(0, 3), [2 * REST_FIRST_MS, 4 * REST_FIRST_MS, 8 * REST_FIRST_MS]);
  assert.equal(rests.at(-1), REST_MOST_MS);
  const widths: number[] = [];
  for (let round = 0; round < 4; round++) {
    const room = book.room(LANE, now);
    widths.push(room);
    fill(book, room);
    for (let n = 0; n < room; n++) book.leave(LANE, 'answered', now);
  }
  assert.deepEqual(widths, [2, 4, 8, 16]);
});

test('one answer among silence keeps the lane awake, and a word about the mail alone changes nothing', () => {
  const book = newLaneBook();
  fill(book, 100);
  for (let n = 0; n < DEAD_AFTER - 1; n++) book.leave(LANE, 'silent', 0);
  book.leave(LANE, 'answered', 0);
  for (let n = 0; n < DEAD_AFTER - 1; n++) assert.equal(book.leave(LANE, 'silent', 0), 0);
  const other = newLaneBook();
  fill(other, 1);
  other.leave(LANE, 'neither', 0);
  assert.equal(other.room(LANE, 0), LANE_START);
});

test('a pause ends by itself, and is looked into before it is over when it is long', () => {
  const book = newLaneBook();
  book.pause(LANE, 500, 0);
  assert.deepEqual([book.room(LANE, 499), book.room(LANE, 500)], [0, LANE_FLOOR]);
  book.pause(LANE, 10 * PAUSE_MOST_MS, 0);
  assert.equal(book.pausedUntil(LANE, '', 0), PAUSE_MOST_MS);
});

test('a pause of one account leaves the lane to the others', () => {
  const book = newLaneBook();
  book.pauseAccount(LANE, 'acc_1', 500, 0);
  assert.deepEqual([book.pausedUntil(LANE, 'acc_1', 499), book.pausedUntil(LANE, 'acc_1', 500)], [500, 0]);
  assert.deepEqual([book.pausedUntil(LANE, 'acc_2', 0), book.room(LANE, 0)], [0, LANE_FLOOR]);
});

test('accounts take turns, and a large mail is paid for with turns', () => {
  const book = newLaneBook();
  for (const account of ['a', 'b', 'c']) book.wake(1, account, 0);
  assert.deepEqual(book.due(1, 0, 10), ['a', 'b', 'c']);
  assert.deepEqual(book.due(2, 0, 10), [], 'of another priority');
  assert.equal(book.grant(1, 'a'), QUANTUM);
  book.served(1, 'a', 3 * QUANTUM, 0, 0);
  assert.deepEqual(book.due(1, 0, 10), ['b', 'c', 'a']);
  assert.equal(book.grant(1, 'a'), -QUANTUM, 'in debt');
  assert.equal(book.grant(1, 'a'), 0);
  assert.equal(book.grant(1, 'a'), QUANTUM);
  book.served(1, 'b', 1, 60, 0);
  assert.deepEqual(book.due(1, 0, 10), ['c', 'a']);
  assert.deepEqual(book.due(1, 60, 10), ['c', 'a', 'b']);
  book.served(1, 'c', 1, null, 0);
  assert.deepEqual(book.due(1, 60, 10), ['a', 'b']);
});

test('bulk mail has its share, saved up while a room is too small for it', () => {
  const book = newLaneBook();
  assert.equal(book.bulkShare(256), 32);
  book.bulkTook(32);
  const shares = Array.from({ length: 16 }, () => {
    const share = book.bulkShare(1);
    book.bulkTook(share);
    return share;
  });
  assert.equal(
    shares.reduce((sum, one) => sum + one, 0),
    2,
  );
});

test('what a transaction changed is undone with it', () => {
  const book = newLaneBook();
  book.wake(1, 'a', 5);
  book.done();
  book.enter(LANE);
  book.count('queued', 3);
  const mark = book.mark();
  book.enter(LANE);
  book.count('queued', 2);
  book.count('deferred', 1);
  book.served(1, 'a', 1, null, 5);
  book.undo(mark);
  assert.equal(book.room(LANE, 0), LANE_START - 1);
  assert.deepEqual([book.counted().get('queued'), book.counted().get('deferred')], [3, 0]);
  assert.deepEqual(book.due(1, 5, 9), ['a']);
  book.undo(0);
  assert.equal(book.room(LANE, 0), LANE_START);
  assert.equal(book.counted().get('queued'), 0);
});
