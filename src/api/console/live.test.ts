// Live events over a real store: each listener is shown each event of its account once, in order, whenever it joins and whatever happens meanwhile.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../../test/server.ts';
import { newLog } from '../../engines/log.ts';
import { openInline, type InlineStore } from '../../engines/store/inline.ts';
import { openSqlite } from '../../engines/store/sqlite.ts';
import { newLive, type Live } from './live.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sesame-live-'));
let opened: InlineStore;
let live: Live;
before(async () => {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir });
  live = newLive({ store: opened.store, log: newLog('silent', 'test') });
});
after(async () => {
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

let made = 0;
/** In one commit; numbered in `data`. */
async function add(accountId: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, () => ({
    at: Date.now(),
    type: 'accepted' as const,
    accountId,
    emailId: null,
    recipient: null,
    data: { n: ++made },
  }));
  await opened.store.events.add(events);
}

type Seen = { readonly numbers: number[]; lost: number; turns: number; upTo: number; readonly leave: () => void };
function listen(accountId: string | null, from: number | null): Seen {
  const seen = { numbers: [] as number[], lost: 0, turns: 0, upTo: -1 };
  const leave = live.join(
    {
      accountId,
      take: (events, upTo) => {
        seen.numbers.push(...events.map(one => one.data['n'] as number));
        assert.ok(upTo >= seen.upTo, 'never back');
        seen.upTo = upTo;
      },
      lost: upTo => {
        seen.lost++;
        seen.upTo = upTo;
      },
      turn: () => void seen.turns++,
      failed: () => assert.fail('the store answers'),
    },
    from,
  );
  return Object.assign(seen, { leave });
}
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('who joins now is shown what comes from now on, of its account', async () => {
  await add('acc_a', 3);
  const [a, all] = [listen('acc_a', null), listen(null, null)];
  await until('they have joined', () => a.upTo >= 3 && all.upTo >= 3);
  await add('acc_a', 1);
  await add('acc_b', 1);
  await until('both events', () => all.numbers.length === 2);
  assert.deepEqual([a.numbers, all.numbers], [[4], [4, 5]]);
  a.leave();
  all.leave();
  const { turns } = a;
  await add('acc_a', 1);
  const later = listen(null, null);
  await until('a turn', () => later.turns > 0);
  assert.deepEqual([a.numbers, a.turns], [[4], turns], 'who left hears nothing');
  later.leave();
});

test('who comes back misses nothing and sees nothing twice, while events go on', async () => {
  const start = await opened.store.events.last();
  const first = made + 1;
  const listeners: Seen[] = [];
  for (let round = 0; round < 30; round++) {
    await add(round % 3 === 0 ? 'acc_b' : 'acc_a', 20);
    listeners.push(listen(null, start), listen('acc_b', start));
  }
  const last = made;
  await until('all have all', () => listeners.every((one, n) => one.numbers.length >= (n % 2 === 0 ? 600 : 200)));
  listeners.forEach(({ numbers, lost }, n) => {
    const expected = range(first, last).filter(number => n % 2 === 0 || Math.floor((number - first) / 20) % 3 === 0);
    assert.deepEqual(numbers, expected);
    assert.equal(lost, 0);
  });
  for (const one of listeners) one.leave();
});

test('a flood is told as lost, and what follows is whole again', async () => {
  const behind = listen('acc_a', 0);
  const here = listen('acc_a', null);
  await until('joined', () => here.upTo > 0 && behind.upTo > 0);
  await add('acc_a', 2_600);
  await until('lost', () => here.lost === 1);
  const shown = here.numbers.length;
  assert.ok(shown <= 2_000);
  await add('acc_a', 2);
  await until('the next', () => here.numbers.length === shown + 2);
  assert.deepEqual(here.numbers.slice(-2), [made - 1, made]);
  const late = listen('acc_a', 0);
  await until('too far behind', () => late.lost === 1);
  const strange = listen('acc_a', 10_000_000);
  await until('a cursor of another time', () => strange.lost === 1);
  await add('acc_a', 1);
  await until('goes on', () => strange.numbers.at(-1) === made && late.numbers.at(-1) === made);
  for (const one of [behind, here, late, strange]) one.leave();
});
