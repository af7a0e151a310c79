// The rules one by one, just below and at their figures; warning before suspension, calm before relief, probation after reinstatement.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { advanced, happened, newAccount, type Account, type Change } from './account.ts';
import * as bounds from './bounds.ts';
import type { AccountFacts, Happening, StandingEvent } from './events.ts';
import { wilsonLower } from './readings.ts';
import { RULES, type StandingState } from './rules.ts';
import { decide } from './decide.ts';

const START = 20_000 * bounds.DAY_MS;
const FACTS: AccountFacts = { malware: { count: 1, windowSeconds: 86_400 } };
const accepted = (mails: number, recipients = mails): Happening => ({ kind: 'accepted', mails, recipients });
const delivered = (recipients: number): Happening => ({ kind: 'delivered', recipients });
const bounced = (recipients: number, reason = 'userunknown'): Happening => ({
  kind: 'bounced',
  recipients,
  class: reason === 'userunknown' ? 'hard' : 'content',
  reason,
  reply: '550 5.1.1 no such user',
  emailId: 'em_1',
});
const malware = (file: string, name = 'Win.Test.EICAR_HDB-1'): Happening => ({
  kind: 'malware',
  class: 'infected',
  name,
  file,
  emailId: null,
});
const spam = (n: number, over: Partial<Extract<Happening, { kind: 'spam' }>> = {}): Happening => ({
  kind: 'spam',
  pattern: false,
  fingerprint: `f${n}`,
  recipients: [`r${n}`],
  findings: ['phishing_words'],
  ...over,
});
const spams = (count: number, over: Parameters<typeof spam>[1] = {}): readonly Happening[] =>
  Array.from({ length: count }, (_, n) => spam(n, over));

type Run = { readonly account: Account; readonly changes: readonly Change[] };
function run(
  happenings: readonly Happening[],
  from: Run = { account: newAccount(FACTS, START), changes: [] },
  at = from.account.clock,
): Run {
  return happenings.reduce<Run>((before, one) => {
    const step = happened(RULES, before.account, { ...one, at });
    return { account: step.account, changes: [...before.changes, ...step.changes] };
  }, from);
}
function wait(from: Run, ms: number): Run {
  const step = advanced(RULES, from.account, from.account.clock + ms);
  return { account: step.account, changes: [...from.changes, ...step.changes] };
}
const state = ({ account }: Run): StandingState => account.standing.state;
const way = ({ changes }: Run): readonly string[] => changes.map(one => `${one.to} ${one.reason ?? ''}`.trim());

test('malware suspends on one mail, at once, with its name as evidence', () => {
  const { account, changes } = run([accepted(1_000), malware('hash1')]);
  assert.deepEqual(
    changes.map(({ at, from, to, by, reason }) => [at, from, to, by, reason]),
    [[START, 'active', 'suspended', 'rules', 'malware']],
  );
  assert.deepEqual(changes[0]?.evidence, [{ at: START, rule: 'malware', emailId: null, detail: 'Win.Test.EICAR_HDB-1' }]);
  assert.equal(advanced(RULES, account, START + 90 * bounds.DAY_MS).account.standing.state, 'suspended');
});

test('a guess, an unwanted program and a broken file never suspend', () => {
  for (const name of ['Heuristics.Phishing', 'PUA.Win.Tool', 'Broken.Executable'])
    assert.equal(state(run(Array.from({ length: 50 }, (_, n) => malware(`h${n}`, name)))), 'active');
  assert.equal(state(run([{ ...malware('h'), kind: 'malware', class: 'heuristic' } as Happening])), 'active');
});

test('an account that relays uploads has its own threshold and window, and a file counts once', () => {
  const facts: Happening = { kind: 'facts', facts: { malware: { count: 3, windowSeconds: 3_600 } } };
  const same = run([facts, malware('a'), malware('a'), malware('a'), malware('b')]);
  assert.equal(state(same), 'active');
  assert.equal(state(run([malware('c')], same)), 'suspended');
  assert.equal(state(run([malware('c')], wait(same, 3_600_000))), 'active');
});

test('spam: never on one message, not on nineteen, not on the test pattern alone', () => {
  assert.equal(state(run(spams(19))), 'active');
  assert.equal(state(run(spams(500, { pattern: true }))), 'active');
  assert.equal(state(run([...spams(10), ...spams(9, { pattern: true })])), 'active');
  assert.equal(state(run([...spams(5), ...spams(500, { pattern: true })])), 'active');
  assert.equal(state(run([...spams(10), ...spams(10, { pattern: true })])), 'limited');
  assert.equal(state(run(spams(20))), 'limited');
  assert.deepEqual(way(wait(run(spams(20)), bounds.NOTICE_MS)), ['limited spam', 'suspended spam']);
  assert.equal(state(run(spams(1, { recipients: Array.from({ length: 1_000 }, (_, n) => `r${n}`) }))), 'active');
});

test('spam: one campaign to a few is one mistake; three campaigns or a hundred recipients are not', () => {
  const one = { fingerprint: 'f', recipients: ['r'] };
  assert.equal(state(run(spams(200, one))), 'active');
  assert.equal(state(run([...spams(30, one), spam(1), spam(2)])), 'limited');
  assert.equal(state(run(spams(99, { fingerprint: 'f' }))), 'active');
  assert.equal(state(run(spams(100, { fingerprint: 'f' }))), 'limited');
});

test('few refusals among many mails are no spam', () => {
  assert.equal(state(run([accepted(1_000), ...spams(50)])), 'active');
  assert.equal(state(run([accepted(1_000), ...spams(80)])), 'warned');
  assert.equal(state(run([accepted(1_000), ...spams(150)])), 'limited');
});

test('each rate stands still below its minimum and warns before it suspends', () => {
  const cases: readonly (readonly [string, readonly Happening[], readonly Happening[], readonly Happening[]])[] = [
    ['hard_bounces', [delivered(100), bounced(99)], [delivered(900), bounced(75)], [bounced(200)]],
    ['spam_replies', [bounced(199, 'spamdetected')], [delivered(900), bounced(60, 'spamdetected')], [bounced(200, 'spamdetected')]],
    ['complaints', [delivered(999), ...complaints(30)], [delivered(9_000), ...complaints(20)], complaints(60)],
    ['traps', [accepted(100), ...traps(2)], [accepted(9_000), ...traps(8)], traps(60)],
  ];
  for (const [rule, few, warning, bad] of cases) {
    assert.equal(state(run(few)), 'active', rule);
    const warned = run(warning);
    assert.deepEqual(way(warned), [`warned ${rule}`]);
    assert.deepEqual(way(wait(run(bad, warned), 0)), [`warned ${rule}`, `limited ${rule}`]);
    assert.deepEqual(way(wait(run(bad, warned), bounds.NOTICE_MS)), [`warned ${rule}`, `limited ${rule}`, `suspended ${rule}`]);
    assert.deepEqual(way(run(bad, wait(warned, bounds.NOTICE_MS))), [`warned ${rule}`, `suspended ${rule}`]);
  }
});

test('a block of the sending IP, a full mailbox and the blocked library suspend nobody', () => {
  assert.equal(state(run([bounced(5_000, 'blocked'), bounced(5_000, 'mailboxfull')])), 'active');
  const blocked: Happening = { kind: 'blocked', recipients: 5_000, emailId: null };
  assert.equal(state(wait(run([blocked]), bounds.HOUR_MS)), 'limited');
});

test('a sudden change warns, and limits only together with credentials in use from everywhere', () => {
  let week = run([]);
  for (let day = 0; day < 4; day++) week = wait(run([accepted(50, 200)], week), bounds.DAY_MS);
  assert.equal(state(run([accepted(100, 1_999)], week)), 'active');
  const burst = run([accepted(100, 2_000)], week);
  assert.deepEqual(way(burst), ['warned sudden_change']);
  const logins = Array.from({ length: 20 }, (_, n): Happening => ({ kind: 'login', network: `n${n}` }));
  assert.deepEqual(way(run(logins)), []);
  assert.equal(shown(run(logins), 'credential_use').hits, 20);
  assert.deepEqual(way(run(logins, burst)), ['warned sudden_change', 'limited credential_use']);
  assert.equal(state(run([accepted(9_999)])), 'active');
});

/** Two good weeks: 200 recipients a day from one network, of campaigns that are known. */
function goodWeeks(): Run {
  let good = run([]);
  for (let day = 0; day < 14; day++) good = wait(run([{ kind: 'login', network: 'home' }, accepted(200)], good), bounds.DAY_MS);
  return good;
}
const fresh = (count: number, failures = 0): readonly Happening[] =>
  Array.from({ length: count }, (_, n) => ({ kind: 'login', network: `new${n}`, isNew: true, failures }) as const);

test('networks never seen lead to nothing by themselves, and limit with a sudden change or with spam', () => {
  const good = goodWeeks();
  assert.deepEqual(way(wait(run(fresh(10), good), 3 * bounds.DAY_MS)), []);
  const burst = run([accepted(2_000)], good);
  assert.deepEqual(way(run(fresh(2), burst)), ['warned sudden_change']);
  assert.deepEqual(way(run(fresh(3), burst)), ['warned sudden_change', 'limited new_networks']);
  const warned = run([accepted(1_000), ...spams(90)], good);
  assert.deepEqual(way(warned), ['warned spam']);
  assert.deepEqual(way(run(fresh(3), warned)), ['warned spam', 'limited new_networks']);
});

test('a country never seen leads to nothing by itself, and limits with a sudden change or with spam', () => {
  const abroad: Happening = { kind: 'login', network: 'hotel', country: 'SG', isNew: true, failures: 0, isNewCountry: true };
  const good = goodWeeks();
  assert.deepEqual(way(wait(run([abroad], good), 3 * bounds.DAY_MS)), []);
  const limited = run([accepted(2_000), abroad], good);
  assert.deepEqual(way(limited), ['warned sudden_change', 'limited new_countries']);
  assert.deepEqual(limited.changes[1]?.evidence.map(one => one.detail).includes('login from SG'), true);
  assert.deepEqual(way(run([accepted(1_000), ...spams(90), abroad], good)), ['warned spam', 'limited new_countries']);
});

test('a new campaign is a newsletter: it limits only with a sudden change and a network never seen', () => {
  const news: Happening = { kind: 'accepted', mails: 2_000, recipients: 2_000, newTemplates: 2_000 };
  assert.deepEqual(way(run([news], goodWeeks())), ['warned sudden_change']);
  assert.deepEqual(way(run([...fresh(1), news], goodWeeks())), ['warned sudden_change', 'limited new_templates'].slice(1));
  const half: Happening = { ...news, newTemplates: 1_000 };
  assert.deepEqual(way(run([...fresh(1), half], goodWeeks())), ['warned sudden_change']);
  assert.deepEqual(way(run([...fresh(1), { ...news, mails: 1_900, recipients: 1_900, newTemplates: 1_900 }], goodWeeks())), []);
  assert.deepEqual(way(run([news], wait(run(fresh(1), goodWeeks()), bounds.DAY_MS))), ['warned sudden_change']);
});

test('failed logins are shown and lead to nothing; a new network that gets in after them warns, and limits only with others', () => {
  const failed = (count: number): readonly Happening[] =>
    Array.from({ length: count }, (_, n) => ({ kind: 'failed_login', network: `f${n}` }) as const);
  const tried = run([...failed(99), accepted(2_000)], goodWeeks());
  assert.deepEqual(way(tried), ['warned sudden_change']);
  assert.equal(shown(tried, 'failed_logins').hits, bounds.FAILED_NETWORKS_KEPT);
  assert.deepEqual(way(run(fresh(1, bounds.GUESSING_NETWORKS - 1), goodWeeks())), []);
  const guessed = run(fresh(1, bounds.GUESSING_NETWORKS), goodWeeks());
  assert.deepEqual(way(guessed), ['warned credential_stuffing']);
  assert.deepEqual(
    guessed.changes[0]?.evidence.map(one => [one.rule, one.detail]),
    [['credential_stuffing', 'logins from 20 networks failed before']],
  );
  assert.deepEqual(way(wait(guessed, 3 * bounds.DAY_MS)), ['warned credential_stuffing', 'active']);
  assert.deepEqual(way(run([accepted(2_000)], guessed)), ['warned credential_stuffing', 'limited credential_stuffing']);
});

test('what strangers and credentials do never suspends, whatever comes together', () => {
  const everything = [
    ...fresh(10, bounds.FAILED_NETWORKS_KEPT),
    { kind: 'login', network: 'far', country: 'US', isNewCountry: true } as const,
    { kind: 'failed_login', network: 'f' } as const,
    { kind: 'accepted', mails: 9_999, recipients: 9_999, newTemplates: 9_999 } as const,
  ];
  let all = goodWeeks();
  for (let hour = 0; hour < 48; hour++) all = wait(run(everything, all), bounds.HOUR_MS);
  assert.ok(all.changes.length > 0 && all.changes.every(one => one.to !== 'suspended'));
});

test('the operator takes the word of the filter back: what it alone led to ends at once, but no suspension', () => {
  const refused = (n: number): readonly Happening[] =>
    Array.from({ length: n }, (_, i) => ({ kind: 'spam', pattern: false, fingerprint: `${i % 3}`, recipients: [], findings: ['x'] }));
  const ham: Happening = { kind: 'ham', words: 'it is a newsletter' };
  const told = run([accepted(60), ...refused(25)]);
  assert.equal(state(told), 'limited');
  const cleared = run([ham], told);
  assert.equal(state(cleared), 'active');
  assert.deepEqual([shown(cleared, 'spam').hits, cleared.account.counters.evidence.length], [0, 0]);
  assert.equal(state(wait(cleared, bounds.DAY_MS)), 'active');
  assert.equal(state(run([ham], wait(told, bounds.NOTICE_MS))), 'suspended');
  const both = run([ham], run([bounced(500), ...refused(25)]));
  assert.equal(both.account.standing.reason, 'hard_bounces');
});

test('a warning ends after a calm day and not before; a figure that flaps around the threshold does not flap the state', () => {
  const warned = run([delivered(900), bounced(75)]);
  const better = run([delivered(325)], warned);
  const { judged } = shown(better, 'hard_bounces');
  assert.ok(judged < 0.05 && judged > 0.05 * bounds.RELEASE);
  assert.equal(better.account.standing.calmSince, null);
  const good = run([delivered(5_000)], better);
  assert.equal(good.account.standing.calmSince, START);
  assert.equal(state(wait(good, bounds.CALM_MS.warned - 1)), 'warned');
  assert.deepEqual(way(wait(good, bounds.CALM_MS.warned)), ['warned hard_bounces', 'active']);
});

test('time alone decides at its own moments, however late somebody looks', () => {
  const late = wait(run([bounced(500)]), 5 * bounds.DAY_MS);
  assert.deepEqual(
    late.changes.map(one => [one.to, one.at - START]),
    [
      ['limited', 0],
      ['suspended', bounds.NOTICE_MS],
    ],
  );
  // Good mail leaves the window a day before the bad does: its rate rises with no event at all.
  const mixed = run([bounced(60)], wait(run([delivered(5_000)]), 20 * bounds.HOUR_MS + 1));
  assert.equal(state(mixed), 'active');
  const risen = wait(run([delivered(600)], mixed), 10 * bounds.HOUR_MS);
  assert.deepEqual(
    risen.changes.map(one => [one.to, one.at - START]),
    [['warned', bounds.DAY_MS]],
  );
});

test('bounces that came in before their deliveries limit for an hour, and are told for a day', () => {
  const early = run([delivered(2_000)], run([bounced(100)], run([delivered(120)])));
  assert.deepEqual(
    wait(early, 10 * bounds.DAY_MS).changes.map(one => [one.to, one.at - START]),
    [
      ['limited', 0],
      ['warned', bounds.CALM_MS.limited],
      ['active', bounds.CALM_MS.limited + bounds.CALM_MS.warned],
    ],
  );
});

test('suspended is for good until somebody reinstates; on probation half of a rate suspends, without another notice', () => {
  const out = wait(run([bounced(500)]), 60 * bounds.DAY_MS);
  assert.equal(state(out), 'suspended');
  const back = run([{ kind: 'reinstate', words: 'list was cleaned' }], out);
  assert.deepEqual([back.changes.at(-1)?.by, back.changes.at(-1)?.to, back.account.standing.state], ['operator', 'active', 'active']);
  assert.equal(shown(back, 'hard_bounces').hits, 0);
  const again = [delivered(900), bounced(75)];
  assert.equal(state(run(again, back)), 'suspended');
  assert.equal(state(run(again, wait(back, bounds.PROBATION_MS))), 'warned');
});

test('the operator suspends by hand with their words, and no rule lifts it', () => {
  const out = run([{ kind: 'suspend', words: 'phishing reported by phone' }]);
  assert.deepEqual(way(wait(out, 400 * bounds.DAY_MS)), ['suspended phishing reported by phone']);
});

test('what comes next is said: the end of a notice, of a calm day', () => {
  const limited = run([bounced(500)]);
  const next = (one: Run) => decide(RULES, one.account.standing, one.account.counters, FACTS, one.account.clock).next;
  assert.deepEqual(next(limited), { at: START + bounds.NOTICE_MS, state: 'suspended' });
  const saved = run([delivered(50_000)], limited);
  assert.deepEqual(next(saved), { at: START + bounds.CALM_MS.limited, state: 'warned' });
  assert.equal(next(run([])), null);
});

test('the lower end of a rate is below the rate, rises with hits and closes in with volume', () => {
  // Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 gives 0.0624 to 0.1605.
  assert.equal(wilsonLower(81, 263).toFixed(4), '0.2553');
  assert.equal(wilsonLower(15, 148).toFixed(4), '0.0624');
  assert.deepEqual([wilsonLower(0, 0), wilsonLower(0, 9)], [0, 0]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }), (hits, more) => {
      const among = hits + more;
      assert.ok(wilsonLower(hits, among) <= hits / among);
      assert.ok(wilsonLower(hits * 10, among * 10) >= wilsonLower(hits, among));
      assert.ok(wilsonLower(hits + 1, among + 1) >= wilsonLower(hits, among + 1));
    }),
  );
});

test('no single mail of any kind but malware changes a state', () => {
  const one: readonly StandingEvent[] = [spam(1), bounced(1), bounced(1, 'spamdetected'), ...complaints(1), ...traps(1)].map(happening => ({
    ...happening,
    at: START,
  }));
  for (const event of one) assert.deepEqual(wait(run([event]), 30 * bounds.DAY_MS).changes, []);
});

function complaints(count: number): readonly Happening[] {
  return Array.from({ length: count }, () => ({ kind: 'complained', feedbackType: 'abuse', emailId: null }) as const);
}
function traps(count: number): readonly Happening[] {
  return Array.from({ length: count }, () => ({ kind: 'trap', emailId: null }) as const);
}
function shown({ account }: Run, id: string): { readonly judged: number; readonly hits: number } {
  const { rules } = decide(RULES, account.standing, account.counters, account.facts, account.clock);
  return rules.find(one => one.id === id) ?? assert.fail(id);
}
