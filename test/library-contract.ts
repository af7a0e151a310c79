// The automatic entries of the blocked library, said once and run on SQLite, PGlite and PostgreSQL: made and ended in the commit of a result.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Suppression } from '../src/suppress/entries.ts';
import { hashedPattern, readKnown, suppressionOf } from '../src/suppress/entries.ts';
import { REMEMBERED_MS } from '../src/suppress/bounds.ts';
import type { BlockedEntry } from '../src/engines/store/control/blocked.ts';
import type { Settled } from '../src/engines/store/types.ts';
import { message, type Opened, type Opener } from './store-contract.ts';

const DAY = 86_400_000;
const ANN = 'ann@x.test';

const bounce = (s: Opened, accountId: string, over: Partial<Suppression> = {}): Suppression => ({
  ...suppressionOf(s.secrets, { accountId, class: 'hard_bounce', address: ANN, evidence: '550 5.1.1 no such user', vote: true }),
  ...over,
});
const patternOf = (s: Opened): string => hashedPattern(s.secrets.mac, 'hard_bounce', ANN);

/** One mail of the account to Ann is accepted, claimed and settled with what follows from it. */
async function settled(s: Opened, accountId: string, follows: { made?: readonly Suppression[]; works?: boolean }): Promise<Settled> {
  await s.store.queue.accept(message(s, s.clock.now, { accountId }, [ANN]));
  const [job] = await s.store.queue.claim({ room: 1, perLane: 1 });
  assert.ok(job);
  const state = follows.works ? 'delivered' : 'bounced';
  const result = { n: 0, state, dueAt: null, warned: false, unknownSince: null, attempt: null } as const;
  const library = { made: follows.made ?? [], works: { accountId, patterns: follows.works ? [patternOf(s)] : [] } };
  return s.store.queue.settle({ emailId: job.emailId, fence: job.fence, results: [result], events: [], owed: [], library });
}

const held = (s: Opened, accountId: string | null): Promise<readonly BlockedEntry[]> =>
  s.store.blocked.matching({ accountId, patterns: [patternOf(s)], now: s.clock.now });
/** Whose entries an account meets: `own`, `all`, both or none. */
const met = async (s: Opened, accountId: string): Promise<string> =>
  (await held(s, accountId))
    .map(one => (one.accountId === null ? 'all' : 'own'))
    .toSorted()
    .join(' ');

export function libraryContract(name: string, open: Opener, skip: string | false = false): void {
  const check = (what: string, body: (s: Opened) => Promise<void>): void => {
    test(`${name}: library: ${what}`, { skip }, async () => {
      const s = await open();
      try {
        for (const id of ['acc_1', 'acc_2', 'acc_3']) await s.store.accounts.create({ id, name: id, contact: null });
        await body(s);
      } finally {
        await s.close();
      }
    });
  };

  check('a hard bounce makes one entry of its account for 14 days, then one for 28', async s => {
    assert.deepEqual(await settled(s, 'acc_1', { made: [bounce(s, 'acc_1', { vote: false })] }), { made: ['hard_bounce'] });
    const [first] = await held(s, 'acc_1');
    assert.deepEqual(
      [first?.kind, first?.source, first?.class, first?.direction, first?.expiresAt],
      ['hash', 'bounce', 'hard_bounce', 'recipient', s.clock.now + 14 * DAY],
    );
    assert.deepEqual(readKnown(s.secrets.open, 'acc_1', first?.sealed ?? Buffer.alloc(0)), {
      address: ANN,
      evidence: '550 5.1.1 no such user',
    });
    assert.equal(await settled(s, 'acc_1', { made: [bounce(s, 'acc_1', { vote: false })] }), 'recorded', 'it holds already');
    assert.equal((await held(s, 'acc_1'))[0]?.expiresAt, first?.expiresAt);
    assert.equal(await met(s, 'acc_2'), '');
    s.clock.now += 14 * DAY;
    assert.equal(await met(s, 'acc_1'), '');
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1', { vote: false })] });
    assert.equal((await held(s, 'acc_1'))[0]?.expiresAt, s.clock.now + 28 * DAY);
  });

  check('two accounts that were told make an entry of all, which names nobody', async s => {
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1')] });
    assert.equal(await met(s, 'acc_3'), '');
    assert.deepEqual(await settled(s, 'acc_2', { made: [bounce(s, 'acc_2')] }), { made: ['hard_bounce', 'hard_bounce'] });
    assert.equal(await met(s, 'acc_3'), 'all');
    const [all] = await held(s, 'acc_3');
    assert.deepEqual([all?.sealed, all?.pattern.includes('@'), all?.reason], [null, false, null]);
  });

  check('one account makes an entry of all a day later and not before; reports make none', async s => {
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1')] });
    s.clock.now += DAY - 1;
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1')] });
    await settled(s, 'acc_2', { made: [bounce(s, 'acc_2', { vote: false })] });
    assert.equal(await met(s, 'acc_3'), '');
    s.clock.now += 1;
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1')] });
    assert.equal(await met(s, 'acc_3'), 'all');
  });

  check('what arrives ends the entry of its account, and that of all when too few votes are left', async s => {
    for (const id of ['acc_1', 'acc_2', 'acc_3']) await settled(s, id, { made: [bounce(s, id)] });
    await settled(s, 'acc_1', { works: true });
    assert.deepEqual(await Promise.all(['acc_1', 'acc_2'].map(id => met(s, id))), ['all', 'all own'], 'two votes are left');
    await settled(s, 'acc_2', { works: true });
    assert.deepEqual(await Promise.all(['acc_1', 'acc_2', 'acc_3'].map(id => met(s, id))), ['', '', 'own']);
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1', { vote: false })] });
    assert.equal((await held(s, 'acc_1'))[0]?.expiresAt, s.clock.now + 14 * DAY, 'it begins anew');
  });

  check('a lost lease makes nothing', async s => {
    await s.store.queue.accept(message(s, s.clock.now, { accountId: 'acc_1' }, [ANN]));
    const [job] = await s.store.queue.claim({ room: 1, perLane: 1 });
    const library = { made: [bounce(s, 'acc_1')], works: { accountId: 'acc_1', patterns: [] } };
    const stale = { emailId: job?.emailId ?? '', fence: (job?.fence ?? 0) + 1, results: [], events: [], owed: [], library };
    assert.equal(await s.store.queue.settle(stale), 'stale');
    assert.equal(await met(s, 'acc_1'), '');
  });

  check('a complaint is the account’s alone, does not end, and comes once with its event', async s => {
    const mail = message(s, s.clock.now, { accountId: 'acc_1' }, [ANN]);
    await s.store.queue.accept(mail);
    const suppression = suppressionOf(s.secrets, { accountId: 'acc_1', class: 'complaint', address: ANN, evidence: 'abuse', vote: false });
    const data = { afterDelivery: true };
    const event = { type: 'complained', at: s.clock.now, accountId: 'acc_1', emailId: mail.id, recipient: ANN, data } as const;
    assert.deepEqual(await s.store.events.addOutcomes([{ event, suppression }]), { added: 1, made: ['complaint'] });
    assert.deepEqual(await s.store.events.addOutcomes([{ event, suppression }]), { added: 0, made: [] });
    s.clock.now += 1_000 * DAY;
    const find = (accountId: string): Promise<readonly BlockedEntry[]> =>
      s.store.blocked.matching({ accountId, patterns: [suppression.pattern], now: s.clock.now });
    assert.deepEqual(
      (await find('acc_1')).map(one => [one.class, one.source, one.expiresAt]),
      [['complaint', 'complaint', null]],
    );
    assert.deepEqual(await find('acc_2'), []);
    assert.equal(await s.store.blocked.remove({ id: (await find('acc_1'))[0]?.id ?? '', accountId: 'acc_1' }), true);
    assert.deepEqual(await find('acc_1'), []);
  });

  check('an entry that is over is not listed and names nobody, and is forgotten half a year later', async s => {
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1')] });
    const list = (): Promise<readonly BlockedEntry[]> =>
      s.store.blocked.list({ accountId: 'acc_1', after: '', limit: 9, now: s.clock.now });
    const rows = async (): Promise<unknown> =>
      (await s.db.all('SELECT sealed, times FROM blocked')).map(one => [one['sealed'] === null, one['times']]);
    assert.equal((await list()).length, 1);
    assert.equal(await s.store.blocked.forget({ now: s.clock.now, limit: 9 }), 0);
    s.clock.now += 14 * DAY;
    assert.deepEqual(await list(), []);
    await s.store.blocked.forget({ now: s.clock.now, limit: 9 });
    assert.deepEqual(await rows(), [[true, 1]]);
    s.clock.now += REMEMBERED_MS;
    await s.store.blocked.forget({ now: s.clock.now, limit: 9 });
    assert.deepEqual(await rows(), []);
  });

  check('one person’s address goes from the entry, which still holds', async s => {
    await settled(s, 'acc_1', { made: [bounce(s, 'acc_1')] });
    assert.equal(await s.store.blocked.unname([patternOf(s)]), 1);
    assert.deepEqual(
      (await held(s, 'acc_1')).map(one => one.sealed),
      [null],
    );
  });
}
