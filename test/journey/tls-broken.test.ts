// Mail hosts whose TLS is absent, refused, too weak or broken, as real OpenSSL and real sockets make it: under `opportunistic` each gets its
// mail, under `required` none sees a byte of it in clear, and the record says why.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Issued } from '../peers/authority.ts';
import { alerting, hanging, refusing, resetting, talkingOn } from '../peers/broken.ts';
import { until } from '../server.ts';
import { cameInClear, cameSecured, heardNothing, noLab, startLab, type Lab } from '../peers/lab.ts';
import type { Peer, StartTls } from '../peers/smtp-peer.ts';

const skip = noLab();
let lab: Lab;

type Case = {
  readonly name: string;
  readonly starttls: (ec: Issued, rsa: Issued) => StartTls | null;
  /** While the mail waits under `required`. */
  readonly code: '4.7.4' | '4.7.5';
  readonly why: RegExp;
  /** What an attack could cause as well: opportunistic mail waits one backoff before it goes in clear. */
  readonly waits?: boolean;
};
const NO_OFFER = /does not offer STARTTLS/;
const FAILED = /TLS failed/;
const BROKE_OFF = /TLS broke off/;
/** The first step between attempts, at its longest. */
const FIRST_STEP_MS = 90_000;

const cases: readonly Case[] = [
  { name: 'plain', starttls: () => null, code: '4.7.4', why: NO_OFFER },
  { name: 'later', starttls: () => refusing('454 4.7.0 TLS not available'), code: '4.7.4', why: /STARTTLS refused.*454/ },
  { name: 'never', starttls: () => refusing('502 5.5.1 not implemented'), code: '4.7.4', why: /STARTTLS refused.*502/ },
  { name: 'alert', starttls: () => alerting, code: '4.7.5', why: FAILED },
  { name: 'text', starttls: () => talkingOn, code: '4.7.5', why: FAILED },
  { name: 'null', starttls: (_, rsa) => tls(rsa, '-tls1_2', '-cipher', 'eNULL@SECLEVEL=0'), code: '4.7.5', why: FAILED },
  { name: 'anonymous', starttls: (_, rsa) => tls(rsa, '-tls1_2', '-cipher', 'aNULL@SECLEVEL=0'), code: '4.7.5', why: FAILED },
  // A peer that wants to know who we are: in TLS 1.2 it says no within the handshake, in 1.3 after we took it for done.
  { name: 'client12', starttls: ec => tls(ec, '-tls1_2', '-Verify', '1'), code: '4.7.5', why: FAILED },
  { name: 'client13', starttls: ec => tls(ec, '-tls1_3', '-Verify', '1'), code: '4.7.5', why: /TLS/ },
  // Replies put behind the 220 by somebody on the way: what is not inside TLS is nobody's (RFC 3207 section 6).
  { name: 'injected', starttls: ec => lab.openssl.tls(ec, [], '220 go\r\n250 peer.test\r\n'), code: '4.7.5', why: FAILED },
  { name: 'reset', starttls: () => resetting, code: '4.7.5', why: BROKE_OFF, waits: true },
  { name: 'hang', starttls: () => hanging, code: '4.7.5', why: BROKE_OFF, waits: true },
];
const tls = (issued: Issued, ...words: readonly string[]): StartTls => lab.openssl.tls(issued, words);

/** By case: a host for each policy, since the first mail's trouble is remembered, and the mails that were posted to them. */
const hosts = new Map<string, { readonly peer: Peer; readonly id: string }>();

before(async () => {
  if (skip) return;
  lab = await startLab('127.0.21');
  const [ec, rsa] = [lab.authority.issue(['mx.test']), lab.authority.issue(['mx.test'], { kind: 'rsa' })];
  for (const one of cases) {
    for (const policy of ['opportunistic', 'required']) {
      const domain = `${policy}.${one.name}.test`;
      const peer = await lab.peer(domain, one.starttls(ec, rsa));
      hosts.set(domain, { peer, id: await lab.post(domain, { tls: policy }) });
    }
  }
});
after(async () => lab?.close());

const at = (policy: string, { name }: Case): { readonly peer: Peer; readonly id: string } => {
  const found = hosts.get(`${policy}.${name}.test`);
  assert.ok(found);
  return found;
};

for (const one of cases) {
  test(`a peer like "${one.name}", required: deferred with ${one.code}, nothing in clear`, { skip }, async () => {
    const { peer, id } = at('required', one);
    const attempt = await lab.first(id);
    assert.equal(attempt.state, 'deferred');
    assert.equal(attempt.enhanced, one.code);
    assert.deepEqual([attempt.tls.used, attempt.tls.policy], [false, 'required']);
    assert.match(attempt.tls.reason, one.why);
    assert.ok(peer.connections() > 0);
    heardNothing(peer);
  });
  test(
    `a peer like "${one.name}", opportunistic: ${one.waits ? 'waits one backoff' : 'delivered at once'}, and why is told`,
    { skip },
    async () => {
      const { peer, id } = at('opportunistic', one);
      const attempt = await lab.first(id);
      assert.match(attempt.tls.reason, one.why);
      assert.equal(attempt.tls.used, false);
      if (one.waits) {
        assert.deepEqual([attempt.state, attempt.enhanced], ['deferred', one.code]);
        return heardNothing(peer);
      }
      assert.equal(attempt.state, 'delivered');
      cameInClear(peer);
    },
  );
}

test('a host that offered STARTTLS and no longer does is waited for', { skip }, async () => {
  const ec = lab.authority.issue(['mx.vanishing.test']);
  let offers = true;
  const peer = await lab.peer('vanishing.test', () => (offers ? lab.openssl.tls(ec) : null));
  const before = await lab.first(await lab.post('vanishing.test'));
  assert.deepEqual([before.state, before.tls.used], ['delivered', true]);
  offers = false;
  peer.hangUp();
  const attempt = await lab.first(await lab.post('vanishing.test'));
  assert.deepEqual([attempt.state, attempt.enhanced, attempt.tls.used], ['deferred', '4.7.4', false]);
  assert.match(attempt.tls.reason, /offered before/);
  cameSecured(peer);
});

test('when the time of the mail is over it bounces with 5.7.4 or 5.7.5, and its sender is told so', { skip }, async () => {
  const home = await lab.peer('sender.test', lab.openssl.tls(lab.authority.issue(['mx.sender.test'])));
  const ends: readonly (readonly [string, string, RegExp])[] = [
    ['required.plain.test', '5.7.4', NO_OFFER],
    ['required.alert.test', '5.7.5', FAILED],
    ['required.null.test', '5.7.5', FAILED],
  ];
  for (const [domain, code, why] of ends) {
    const id = await lab.post(domain, { tls: 'required', maxDeliverySeconds: 1 });
    const { state, attempts } = await lab.reaches(id, ['bounced', 'expired']);
    assert.equal(state, 'bounced');
    const told = await until(`a notification about ${domain}`, () => home.taken.find(({ raw }) => raw.includes(`rfc822; b@${domain}`)));
    assert.ok(told.raw.includes(`Status: ${code}`));
    assert.equal(told.secured, true);
    assert.match(attempts.at(-1).tls.reason, why);
    assert.equal(attempts.at(-1).enhanced, code);
    const peer = hosts.get(domain)?.peer;
    assert.ok(peer);
    heardNothing(peer);
  }
});

test('who had to wait one backoff gets the mail then, in clear, and the record says both', { skip }, async () => {
  await lab.later(FIRST_STEP_MS);
  for (const one of cases.filter(({ waits }) => waits)) {
    const { peer, id } = at('opportunistic', one);
    const { attempts } = await lab.reaches(id, ['delivered'], 120_000);
    assert.match(attempts[0].tls.reason, BROKE_OFF);
    assert.match(attempts.at(-1).tls.reason, /TLS br(?:oke|eaks) off/);
    cameInClear(peer);
  }
  for (const one of cases) heardNothing(at('required', one).peer);
});
