// Who may ask for TLS: the account, its domain, the operator by destination and for all mail. The strictest wins, each says so in the
// record, none is heard in clear; and what is known of a host outlives a restart.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must, type Json } from '../server.ts';
import { resetting } from '../peers/broken.ts';
import { cameInClear, cameSecured, heardNothing, noLab, startLab, type Lab } from '../peers/lab.ts';
import { only } from '../peers/openssl.ts';
import type { Peer } from '../peers/smtp-peer.ts';

const skip = noLab();
let lab: Lab;

before(async () => {
  if (!skip) lab = await startLab('127.0.25');
});
after(async () => lab?.close());

const waits = async (domain: string, peer: Peer, policy: string, why: RegExp, more: Json = {}): Promise<void> => {
  const attempt = await lab.first(await lab.post(domain, more));
  assert.deepEqual([attempt.state, attempt.tls.used, attempt.tls.policy], ['deferred', false, policy]);
  assert.match(attempt.tls.reason, why);
  heardNothing(peer);
};

test('the account asks for TLS: none in clear, until it no longer asks; a message asks for more, never for less', { skip }, async () => {
  const peer = await lab.peer('clear.test', null);
  await must(lab.operator('PATCH', `/v1/accounts/${lab.accountId}`, { tls: 'required' }));
  await waits('clear.test', peer, 'required', /the account wants TLS required/);
  await waits('clear.test', peer, 'required', /the account/, { tls: 'opportunistic' });
  await waits('clear.test', peer, 'verified', /the message wants TLS verified/, { tls: 'verified' });
  await must(lab.operator('PATCH', `/v1/accounts/${lab.accountId}`, { tls: 'opportunistic' }));
  const attempt = await lab.first(await lab.post('clear.test'));
  assert.deepEqual([attempt.state, attempt.tls.policy], ['delivered', 'opportunistic']);
  cameInClear(peer);
});

test('the domain that is sent from asks for TLS', { skip }, async () => {
  const peer = await lab.peer('plain.test', null);
  await must(lab.call('PATCH', '/v1/domains/sender.test', { tls: 'required' }));
  await waits('plain.test', peer, 'required', /the sender's domain wants TLS required/);
  await must(lab.call('PATCH', '/v1/domains/sender.test', { tls: 'opportunistic' }));
  assert.equal((await lab.first(await lab.post('plain.test'))).state, 'delivered');
  cameInClear(peer);
});

test("the operator's rule for a destination: what it covers, and a pinned name that is proof there", { skip }, async () => {
  await must(lab.operator('POST', '/v1/destinations', { pattern: '*.bank.test', tls: 'verified', names: ['mail.provider.test'] }));
  const pinned = await lab.peer('one.bank.test', lab.openssl.tls(lab.authority.issue(['mail.provider.test'])));
  const attempt = await lab.first(await lab.post('one.bank.test'));
  assert.deepEqual([attempt.state, attempt.tls.verified, attempt.tls.policy], ['delivered', true, 'verified']);
  cameSecured(pinned);
  const other = await lab.peer('two.bank.test', lab.openssl.tls(lab.authority.issue(['mail.elsewhere.test'])));
  const refused = await lab.first(await lab.post('two.bank.test'));
  assert.deepEqual([refused.state, refused.enhanced], ['deferred', '4.7.5']);
  assert.match(refused.tls.reason, /rule for this destination/);
  heardNothing(other);
  // `*.bank.test` is not bank.test itself.
  const outside = await lab.peer('bank.test', null);
  assert.equal((await lab.first(await lab.post('bank.test'))).state, 'delivered');
  cameInClear(outside);
});

test(
  'after a restart: the trouble of hosts is still known; the operator wants TLS for all mail, and no old versions',
  { skip },
  async () => {
    const issued = lab.authority.issue(['mx.vanished.test']);
    let offers = true;
    const vanished = await lab.peer('vanished.test', () => (offers ? lab.openssl.tls(issued) : null));
    assert.equal((await lab.first(await lab.post('vanished.test'))).tls.used, true);
    const reset = await lab.peer('reset.test', resetting);
    assert.equal((await lab.first(await lab.post('reset.test'))).state, 'deferred');
    offers = false;
    await lab.restart();
    const again = await lab.first(await lab.post('vanished.test'));
    assert.deepEqual([again.state, again.enhanced], ['deferred', '4.7.4']);
    assert.match(again.tls.reason, /offered before/);
    cameSecured(vanished);
    heardNothing(reset);
    await lab.restart({ SESAME_TLS_POLICY: 'required', SESAME_TLS_MIN_DELIVERY: 'TLSv1.2' });
    const peer = await lab.peer('later.test', null);
    await waits('later.test', peer, 'required', /the operator wants TLS required/);
    const old = await lab.peer('old.test', lab.openssl.tls(issued, only('tls1_1')));
    await waits('old.test', old, 'required', /TLS failed/);
  },
);
