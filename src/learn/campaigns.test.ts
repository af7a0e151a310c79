// The index of marked campaigns: who is counted, what is taken in when marks come and go, and that thousands cost little.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../test/random.ts';
import { MARK_MS, type Label, type Mark } from '../engines/store/control/marks.ts';
import { readSketch, writeSketch } from '../filter/campaign.ts';
import { newCampaigns, type Campaigns } from './campaigns.ts';

const random = randomFrom(7);
const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const fresh = (): number[] => Array.from({ length: 16 }, () => Math.floor(random() * 0xffffffff)).toSorted((a, b) => a - b);
/** The same campaign with other words in it: `kept` numbers of 16 stay. */
const like = (sketch: readonly number[], kept: number): number[] =>
  [...sketch.slice(0, kept), ...fresh().slice(kept)].toSorted((a, b) => a - b);

type World = {
  readonly ask: Campaigns;
  readonly mark: (accountId: string, sketch: readonly number[], label?: Label, at?: number) => void;
  readonly marks: Mark[];
  readonly reads: () => number;
};

/** Accounts are called by their age in days. */
function world(): World {
  const marks: Mark[] = [];
  let seq = 0;
  let reads = 0;
  const ask = newCampaigns({
    now: () => NOW,
    state: async () => ({ count: marks.length, last: marks.at(-1)?.seq ?? 0 }),
    after: async from => {
      reads++;
      return marks.filter(one => one.seq > from);
    },
    open: readSketch,
    account: async id =>
      id === 'gone' ? null : { state: id.startsWith('bad') ? 'suspended' : 'active', createdAt: NOW - parseInt(id.slice(3), 10) * DAY },
  });
  const mark: World['mark'] = (accountId, sketch, label = 'spam', at = NOW - 1) =>
    void marks.push({ seq: ++seq, accountId, sketch: writeSketch(sketch), label, at });
  return { ask, mark, marks, reads: () => reads };
}

test('own, operator and the number of other grown, active accounts that say spam', async () => {
  const { ask, mark } = world();
  const mail = fresh();
  assert.equal(await ask('acc9', mail), undefined);
  for (const account of ['acc8', 'acc7', 'acc6', 'bad30', 'gone']) mark(account, like(mail, 12));
  mark('acc10', like(mail, 12), 'ham');
  assert.deepEqual(await ask('acc9', mail), { accounts: 2 });
  assert.deepEqual(await ask('acc8', mail), { own: 'spam', accounts: 0 }, 'its own word is enough');
  assert.deepEqual(await ask(null, mail), { accounts: 2 });
  mark('', like(mail, 10), 'ham');
  assert.deepEqual(await ask('acc9', mail), { operator: 'ham', accounts: 2 });
  assert.equal(await ask('acc9', fresh()), undefined, 'another mail');
  assert.equal(await ask('acc9', like(mail, 5)), undefined, 'hardly alike');
  assert.equal(await ask('acc9', null), undefined, 'too short');
});

test('an account has one voice, its last; marks end after a day', async () => {
  const { ask, mark } = world();
  const mail = fresh();
  for (let n = 0; n < 5; n++) mark('acc8', like(mail, 12));
  assert.deepEqual(await ask('acc9', mail), { accounts: 1 });
  mark('acc8', like(mail, 12), 'ham');
  assert.deepEqual(await ask('acc9', mail), { accounts: 0 });
  const old = fresh();
  mark('acc8', old, 'spam', NOW - MARK_MS - 1);
  assert.equal(await ask('acc9', old), undefined);
});

test('new marks are added, gone ones leave, and nothing is read while nothing changes', async () => {
  const { ask, mark, marks, reads } = world();
  const [a, b, c] = [fresh(), fresh(), fresh()];
  mark('acc8', a);
  await Promise.all([ask('acc9', a), ask('acc9', a), ask('acc9', b)]);
  assert.equal(reads(), 1);
  mark('acc8', b);
  assert.deepEqual([await ask('acc9', a), await ask('acc9', b), reads()], [{ accounts: 1 }, { accounts: 1 }, 2]);
  marks.splice(0, 1);
  mark('acc8', c);
  assert.deepEqual([await ask('acc9', a), await ask('acc9', b), await ask('acc9', c)], [undefined, { accounts: 1 }, { accounts: 1 }]);
  marks.splice(1, 1);
  assert.deepEqual([await ask('acc9', b), await ask('acc9', c)], [{ accounts: 1 }, undefined]);
  marks.splice(0);
  assert.equal(await ask('acc9', b), undefined);
  mark('acc8', c);
  assert.deepEqual([await ask('acc9', b), await ask('acc9', c)], [undefined, { accounts: 1 }]);
});

test('among twenty thousand marks the one is found', async () => {
  const { ask, mark } = world();
  const mail = fresh();
  for (let n = 0; n < 20_000; n++) mark(`acc${n}`, n === 12_345 ? like(mail, 12) : fresh());
  assert.deepEqual(await ask('acc1', mail), { accounts: 1 });
  assert.equal(await ask('acc1', fresh()), undefined);
});
