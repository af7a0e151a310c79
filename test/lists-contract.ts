// Lists, imports, feeds and the log of refusals as the database keeps them, said once and run on SQLite, PGlite and PostgreSQL.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../src/engines/ids.ts';
import type { BuiltList, Counts } from '../src/engines/library/build.ts';
import type { FeedSettings } from '../src/engines/store/control/feeds.ts';
import type { ImportHow } from '../src/engines/store/control/library.ts';
import type { NewRefusal, RefusalFilter } from '../src/engines/store/control/refusals.ts';
import type { Opened, Opener } from './store-contract.ts';

const MINUTE = 60_000;

const HOW: ImportHow = {
  format: 'plain',
  mode: 'add',
  defaults: { action: 'block', direction: null, subdomains: false, operator: false },
};
const TOLD: Counts = { bytes: 9, size: 9, lines: 1, valid: 1, invalid: 0, automatic: 0, repeated: 0, findings: [] };
const built = (mark: string, entries: number): BuiltList => ({
  mark,
  entries,
  segmentSha256: 'a',
  linesSha256: 'b',
  linesBytes: 9,
  widths: { v4: [24], v6: [] },
  grouped: false,
});
const FEED: FeedSettings = {
  url: 'https://lists.test/x',
  format: 'plain',
  action: 'block',
  direction: 'sender',
  subdomains: false,
  everySeconds: 3_600,
  enabled: true,
};

export function listsContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>): void => {
    test(`${name}: lists: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        await body(s);
      } finally {
        await s.close();
      }
    });
  };

  check('imports wait in their order, and the one that is done names its list in the same commit', async s => {
    const { library } = s.store;
    for (const [id, accountId] of [
      ['imp_1', null],
      ['imp_2', 'acc_1'],
    ] as const)
      await library.begin({ id, accountId, list: 'x', feed: null, how: HOW });
    assert.deepEqual(
      (await library.open()).map(one => [one.id, one.accountId, one.state, one.how]),
      [
        ['imp_1', null, 'waiting', HOW],
        ['imp_2', 'acc_1', 'waiting', HOW],
      ],
    );
    await library.progress({ id: 'imp_1', told: TOLD });
    assert.equal((await library.one('imp_1'))?.state, 'running');
    const first = await library.finish({
      import: { id: 'imp_1', accountId: null, list: 'x', feed: null },
      listId: 'lst_1',
      built: built('m1', 3),
      told: TOLD,
      removed: 0,
    });
    assert.deepEqual([first.id, first.mark, first.entries, first.record.widths.v4], ['lst_1', 'm1', 3, [24]]);
    await library.progress({ id: 'imp_1', told: null });
    assert.equal((await library.one('imp_1'))?.state, 'done', 'what is over stays over');
    await library.fail({ id: 'imp_2', told: null, fault: 'why' });
    assert.deepEqual([(await library.one('imp_2'))?.fault, await library.open()], ['why', []]);
    assert.deepEqual(
      (await library.imports({ accountId: 'acc_1', before: '~', limit: 9 })).map(one => one.id),
      ['imp_2'],
    );
    s.clock.now += 10;
    await library.forget(s.clock.now);
    assert.equal(await library.one('imp_1'), null);
  });

  check('a list of the same name and owner is replaced; what was taken out since the build stays out', async s => {
    const { library } = s.store;
    const done = (id: string, mark: string, removed: number, feed: string | null = null): Promise<unknown> =>
      library.finish({ import: { id, accountId: 'acc_1', list: 'x', feed }, listId: 'lst_1', built: built(mark, 1), told: TOLD, removed });
    await done('imp_1', 'm1', 0);
    await library.takeOut({ list: 'lst_1', key: 'aa' });
    await library.takeOut({ list: 'lst_1', key: 'aa' });
    const { keys, last } = await library.removedOf('lst_1');
    assert.deepEqual(keys, ['aa']);
    await library.takeOut({ list: 'lst_1', key: 'bb' });
    await done('imp_2', 'm2', last);
    assert.deepEqual(
      (await library.lists()).map(one => one.mark),
      ['m2'],
    );
    assert.deepEqual(
      [await library.isRemoved({ list: 'lst_1', key: 'aa' }), await library.isRemoved({ list: 'lst_1', key: 'bb' })],
      [false, true],
    );
    await done('imp_3', 'm3', Number.MAX_SAFE_INTEGER, 'fed_1');
    assert.equal(await library.isRemoved({ list: 'lst_1', key: 'bb' }), true, 'a feed does not bring it back');
    assert.equal(await library.removeList({ accountId: null, name: 'x' }), false);
    assert.equal(await library.removeList({ accountId: 'acc_1', name: 'x' }), true);
    assert.deepEqual([await library.lists(), (await library.removedOf('lst_1')).keys], [[], []]);
  });

  check('feeds: one of a name, due at once, another address asks for all anew', async s => {
    const { feeds } = s.store;
    const made = await feeds.create({ ...FEED, id: 'fed_1', name: 'drop' });
    assert.deepEqual([made?.dueAt, made?.fault, made?.enabled], [s.clock.now, null, true]);
    assert.equal(await feeds.create({ ...FEED, id: 'fed_2', name: 'drop' }), null);
    await feeds.told({
      id: 'fed_1',
      wasDueAt: s.clock.now,
      dueAt: s.clock.now + 9,
      state: { etag: '"1"', pulledAt: s.clock.now, fault: 'why' },
    });
    assert.deepEqual(
      (await feeds.list()).map(one => [one.dueAt, one.etag, one.fault]),
      [[s.clock.now + 9, '"1"', 'why']],
    );
    s.clock.now += 5;
    const forced = await feeds.due({ id: 'fed_1', force: true });
    assert.deepEqual([forced?.dueAt, forced?.force, forced?.etag], [s.clock.now, true, null]);
    await feeds.told({ id: 'fed_1', wasDueAt: s.clock.now - 1, dueAt: s.clock.now + 99, state: { etag: '"1"', force: false } });
    assert.deepEqual(
      (await feeds.list()).map(one => [one.dueAt, one.force]),
      [[s.clock.now, true]],
      'a wish of meanwhile stands',
    );
    assert.equal((await feeds.change({ id: 'fed_1', settings: { everySeconds: 600 } }))?.etag, '"1"');
    const other = await feeds.change({ id: 'fed_1', settings: { url: 'https://lists.test/y' } });
    assert.deepEqual([other?.etag, other?.dueAt, other?.everySeconds], [null, s.clock.now, 600]);
    assert.deepEqual(
      [await feeds.remove('fed_1'), await feeds.remove('fed_1'), await feeds.change({ id: 'fed_1', settings: {} })],
      [true, false, null],
    );
  });

  check('refusals: newest first, by each filter and all of them, in pages', async s => {
    const row = (n: number): NewRefusal => ({
      door: 'mx',
      peer: `192.0.2.${n % 3}`,
      stage: 'rcpt',
      reason: n % 2 ? 'sender_blocked' : 'rate_limited',
      code: 550,
      accountId: n % 4 ? 'acc_1' : null,
      sender: n % 5 ? 'a@x.test' : '',
      recipient: `r${n % 7}@y${n % 2}.test`,
      detail: n % 2 ? 'manual @x.test' : null,
    });
    const start = s.clock.now;
    const rows: (NewRefusal & { readonly at: number })[] = [];
    for (let n = 0; n < 60; n++) {
      s.clock.now = start + n * 1_000;
      rows.push({ ...row(n), at: s.clock.now });
      await s.store.refusals.add([row(n)]);
    }
    const filters: (RefusalFilter & { readonly accountId?: string })[] = [
      {},
      { accountId: 'acc_1' },
      { peer: '192.0.2.1' },
      { sender: '' },
      { recipient: 'r3@y1.test', reason: 'sender_blocked', accountId: 'acc_1' },
      { domain: 'y0.test', peer: '192.0.2.2' },
      { reason: 'rate_limited', since: start + 20_500, until: start + 40_000 },
      { since: start + 90_000 },
      { until: start - 1 },
      { peer: '192.0.2.9' },
    ];
    for (const filter of filters) {
      const { accountId, since, until, domain, ...same } = filter;
      const wanted = rows
        .filter(one => accountId === undefined || one.accountId === accountId)
        .filter(one => one.at >= (since ?? 0) && one.at <= (until ?? Infinity))
        .filter(one => domain === undefined || one.recipient?.endsWith(`@${domain}`))
        .filter(one => Object.entries(same).every(([name, value]) => one[name as 'peer'] === value))
        .map(one => one.at)
        .toReversed();
      const seen: number[] = [];
      for (let before = Number.MAX_SAFE_INTEGER; ;) {
        const page = await s.store.refusals.list({ ...filter, accountId: accountId ?? null, before, limit: 7 });
        seen.push(...page.map(one => one.at));
        if (page.length < 7) break;
        before = page.at(-1)?.seq ?? 0;
      }
      assert.deepEqual(seen, wanted, JSON.stringify(filter));
    }
  });

  check('entries are found by their pattern and by how it begins', async s => {
    const of = {
      accountId: 'acc_1',
      action: 'block',
      kind: 'address',
      direction: 'both',
      reason: null,
      source: 'manual',
      class: null,
      group: null,
      expiresAt: null,
    } as const;
    for (const [n, pattern] of ['ann@x.test', 'anna@x.test', '%n@x.test', 'bob@x.test'].entries())
      await s.store.blocked.put({ ...of, id: `blk_${n}`, pattern });
    const list = async (ask: { readonly patterns?: readonly string[]; readonly prefix?: string }): Promise<readonly string[]> =>
      (await s.store.blocked.list({ accountId: 'acc_1', after: '', limit: 9, now: s.clock.now, ...ask })).map(one => one.pattern);
    assert.deepEqual(await list({ prefix: 'ann' }), ['ann@x.test', 'anna@x.test']);
    assert.deepEqual(await list({ prefix: '%' }), ['%n@x.test']);
    assert.deepEqual(await list({ patterns: ['bob@x.test', 'c@x.test'] }), ['bob@x.test']);
    assert.deepEqual((await list({})).length, 4);
  });

  check('entries are found by what made them and when', async s => {
    const of = {
      accountId: 'acc_1',
      action: 'block',
      kind: 'address',
      direction: 'recipient',
      reason: null,
      source: 'x',
      expiresAt: null,
    } as const;
    const start = s.clock.now;
    for (const [n, kind] of [null, 'unsubscribed', 'complaint', null, 'complaint'].entries()) {
      s.clock.now = start + n * MINUTE;
      await s.store.blocked.put({
        ...of,
        id: newId('blk', s.clock.now),
        pattern: `${n}@x.test`,
        class: kind,
        group: kind === 'unsubscribed' ? '*' : null,
      });
    }
    const list = async (ask: { readonly class?: string | null; readonly since?: number; readonly until?: number }): Promise<string> =>
      (await s.store.blocked.list({ accountId: 'acc_1', after: '', limit: 9, now: s.clock.now, ...ask }))
        .map(one => one.pattern[0])
        .join('');
    assert.equal(await list({ class: 'complaint' }), '24');
    assert.equal(await list({ class: null }), '03');
    assert.equal(await list({ since: start + MINUTE, until: start + 3 * MINUTE }), '123');
    assert.equal(await list({ class: 'complaint', since: start + 2 * MINUTE + 1 }), '4');
    assert.equal(await list({ class: 'trap' }), '');
  });
}
