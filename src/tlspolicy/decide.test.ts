// The floor at a host, and what happens after each thing that TLS can do there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaneOffer } from './dane.ts';
import { tlsFloor, type HostFacts, type TlsWishes } from './decide.ts';
import type { StsMode } from './mta-sts.ts';
import { afterHandshake, beforeConnecting, onExtensions, onNoStartTls, whenNoneIsLeft, type Handshake } from './outcome.ts';

const HOST = 'mx.example.net';
const wishes: TlsWishes = {
  message: null,
  domain: null,
  account: null,
  operator: null,
  destinations: [],
  requireTls: false,
  tlsRequiredNo: false,
};
const facts: HostFacts = {
  host: HOST,
  domain: 'example.org',
  mxAd: false,
  sts: null,
  dane: { state: 'none', why: 'unsigned' },
  smarthost: false,
  login: false,
};
const usable: DaneOffer = { state: 'usable', why: '1 TLSA records', records: [], names: [HOST, 'example.org'] };
const unusable: DaneOffer = { state: 'unusable', why: 'none usable' };
const broken: DaneOffer = { state: 'failed', why: 'servfail' };
const sts = (mode: StsMode, mx = HOST): HostFacts['sts'] => ({ mode, mx: [mx], maxAge: 86_400 });
const elsewhere = 'mx.elsewhere.test';

function said(wish: Partial<TlsWishes>, fact: Partial<HostFacts>): string {
  const { level, verifyBy, source, useHost, names } = tlsFloor({ ...wishes, ...wish }, { ...facts, ...fact });
  return `${useHost ? '' : 'not '}${level} ${verifyBy ?? '-'} ${source} ${verifyBy ? names.join(',') : ''}`.trim();
}

test('the strictest wish wins, and the first that said so is named', () => {
  assert.equal(said({}, {}), 'opportunistic - default');
  assert.equal(said({ message: 'opportunistic', account: 'required' }, {}), 'required - account');
  assert.equal(said({ message: 'required', operator: 'required' }, {}), 'required - message');
  assert.equal(said({ domain: 'verified', account: 'required' }, {}), 'verified pkix domain example.org');
  const rule = { pattern: '*.org', level: 'verified', names: ['mail.partner.test'] } as const;
  assert.equal(said({ destinations: [rule] }, {}), 'verified pkix destination mail.partner.test,example.org');
  assert.equal(said({ destinations: [{ ...rule, pattern: 'else.org' }] }, {}), 'opportunistic - default');
  assert.match(tlsFloor({ ...wishes, account: 'required' }, facts).reason, /the account wants TLS required/);
});

test('verified by a public chain: only names that an insecure MX answer could not choose', () => {
  const message = 'verified';
  assert.equal(said({ message }, {}), 'verified pkix message example.org');
  assert.equal(said({ message }, { mxAd: true }), `verified pkix message ${HOST},example.org`);
  assert.equal(said({ message }, { sts: sts('testing') }), `verified pkix message ${HOST},example.org`);
  assert.equal(said({ message }, { sts: sts('none') }), 'verified pkix message example.org');
  assert.equal(said({}, { smarthost: true, domain: null, login: true }), `verified pkix credentials ${HOST}`);
  assert.equal(said({ message }, { domain: null }), 'not verified pkix message');
});

test('MTA-STS raises only when it is enforced, DANE goes before it', () => {
  assert.equal(said({}, { sts: sts('enforce') }), `verified mta-sts mta-sts ${HOST}`);
  assert.equal(said({}, { sts: sts('enforce', elsewhere) }), 'not verified - mta-sts');
  assert.equal(said({ account: 'verified' }, { sts: sts('enforce', elsewhere) }), 'not verified - mta-sts');
  for (const mode of ['testing', 'none'] as const) assert.equal(said({}, { sts: sts(mode, elsewhere) }), 'opportunistic - default');
  assert.equal(said({}, { dane: usable }), `verified dane dane ${HOST},example.org`);
  assert.equal(said({ account: 'verified' }, { dane: usable }), `verified dane account ${HOST},example.org`);
  assert.equal(said({}, { dane: usable, sts: sts('enforce', elsewhere) }), `verified dane dane ${HOST},example.org`);
  assert.equal(said({}, { dane: broken, sts: sts('enforce') }), 'not opportunistic - dane');
  assert.equal(said({}, { dane: unusable }), 'required - dane');
  assert.equal(said({}, { dane: unusable, sts: sts('enforce') }), `verified mta-sts mta-sts ${HOST}`);
});

test('TLS-Required: No takes back what the recipient raised, and nothing else', () => {
  const tlsRequiredNo = true;
  for (const fact of [
    { sts: sts('enforce') },
    { sts: sts('enforce', elsewhere) },
    { dane: usable },
    { dane: unusable },
    { dane: broken },
  ]) {
    assert.equal(said({ tlsRequiredNo }, fact), 'opportunistic - default');
    assert.equal(said({ tlsRequiredNo, account: 'required' }, fact), 'required - account');
    assert.match(said({ tlsRequiredNo, operator: 'verified' }, fact), /^verified (?:pkix|dane|mta-sts) operator/);
  }
  assert.match(tlsFloor({ ...wishes, tlsRequiredNo }, { ...facts, dane: usable }).reason, /TLS-Required: No/);
  assert.equal(said({ tlsRequiredNo, requireTls: true }, { dane: broken }), 'not verified - dane');
});

test('REQUIRETLS: verified, and offered after the handshake', () => {
  const floor = tlsFloor({ ...wishes, requireTls: true }, { ...facts, mxAd: true });
  assert.equal(floor.source, 'requiretls');
  assert.equal(floor.level, 'verified');
  assert.equal(onExtensions(floor, true), null);
  assert.deepEqual(onExtensions(floor, false), {
    do: 'next-host',
    enhanced: '4.7.30',
    later: '5.7.30',
    why: 'the peer does not offer REQUIRETLS',
    report: null,
  });
  assert.equal(onExtensions(tlsFloor(wishes, facts), false), null);
});

const none = { state: 'none', why: 'unsigned' } as const;
const up = { kind: 'up', trusted: true, error: null, name: HOST, dane: none } as const satisfies Handshake;
const expired = { ...up, trusted: false, error: 'CERT_HAS_EXPIRED' } as const;
const lost = { kind: 'failed', failed: 'lost', text: 'ECONNRESET', legacyLeft: true, waited: false } as const satisfies Handshake;
const protocol = { ...lost, failed: 'protocol', text: 'wrong version' } as const;

test('a handshake that went well', () => {
  const plain = tlsFloor(wishes, facts);
  assert.deepEqual(afterHandshake(plain, up), { do: 'go-on', verified: true, why: 'certificate and name match', report: null });
  assert.deepEqual(afterHandshake(plain, expired), {
    do: 'go-on',
    verified: false,
    why: 'the certificate is not trusted (CERT_HAS_EXPIRED)',
    report: null,
  });
  const tested = tlsFloor(wishes, { ...facts, sts: sts('testing') });
  assert.deepEqual(afterHandshake(tested, expired), {
    do: 'go-on',
    verified: false,
    why: 'the certificate is not trusted (CERT_HAS_EXPIRED)',
    report: 'certificate-expired',
  });
  const enforced = tlsFloor(wishes, { ...facts, sts: sts('enforce') });
  assert.equal(afterHandshake(enforced, up).do, 'go-on');
  for (const [shown, report] of [
    [expired, 'certificate-expired'],
    [{ ...up, name: null }, 'certificate-host-mismatch'],
    [{ ...up, trusted: false, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'certificate-not-trusted'],
  ] as const) {
    const outcome = afterHandshake(enforced, shown);
    assert.ok(outcome.do === 'next-host' && outcome.enhanced === '4.7.5' && outcome.later === '5.7.5' && outcome.report === report);
  }
});

test('DANE decides alone: a public chain does not rescue it, and its match needs none', () => {
  const floor = tlsFloor(wishes, { ...facts, dane: usable, sts: sts('enforce') });
  const failed = afterHandshake(floor, { ...up, dane: { state: 'mismatch', why: 'no record fits' } });
  assert.ok(failed.do === 'next-host' && failed.report === 'validation-failure' && failed.why === 'no record fits');
  assert.equal(afterHandshake(floor, { ...expired, name: null, dane: { state: 'match', why: 'fits' } }).do, 'go-on');
  assert.equal(afterHandshake(floor, up).do, 'next-host');
  const weak = tlsFloor(wishes, { ...facts, dane: unusable });
  assert.deepEqual(afterHandshake(weak, expired), {
    do: 'go-on',
    verified: false,
    why: 'the certificate is not trusted (CERT_HAS_EXPIRED)',
    report: 'tlsa-invalid',
  });
  assert.equal(onNoStartTls(weak, { kind: 'absent', offeredLately: false, waited: true }).do, 'next-host');
});

test('a handshake that failed: old versions, then clear, or the next host; what a network can cause waits', () => {
  const plain = tlsFloor(wishes, facts);
  const required = tlsFloor({ ...wishes, account: 'required' }, facts);
  assert.equal(afterHandshake(plain, protocol).do, 'legacy');
  assert.equal(afterHandshake(required, protocol).do, 'legacy');
  const clear = afterHandshake(plain, { ...protocol, legacyLeft: false });
  assert.ok(clear.do === 'clear' && clear.newConnection);
  assert.equal(afterHandshake(required, { ...protocol, legacyLeft: false }).do, 'next-host');
  assert.equal(afterHandshake(plain, lost).do, 'wait');
  assert.equal(afterHandshake(plain, { ...lost, waited: true }).do, 'clear');
  assert.equal(afterHandshake(required, { ...lost, waited: true }).do, 'next-host');
});

test('no STARTTLS: clear, unless it was there lately or a floor forbids', () => {
  const plain = tlsFloor(wishes, facts);
  const absent = { kind: 'absent', offeredLately: false, waited: false } as const;
  const refused = { kind: 'refused', code: 454, text: 'no certificate' } as const;
  const here = onNoStartTls(plain, absent);
  assert.ok(here.do === 'clear' && !here.newConnection);
  assert.equal(onNoStartTls(plain, refused).do, 'clear');
  assert.equal(onNoStartTls(plain, { ...absent, offeredLately: true }).do, 'wait');
  assert.equal(onNoStartTls(plain, { ...absent, offeredLately: true, waited: true }).do, 'clear');
  for (const floor of [
    tlsFloor({ ...wishes, message: 'required' }, facts),
    tlsFloor(wishes, { ...facts, dane: usable }),
    tlsFloor(wishes, { ...facts, sts: sts('enforce') }),
    tlsFloor({ ...wishes, tlsRequiredNo: true }, { ...facts, login: true, smarthost: true, dane: usable }),
  ])
    for (const seen of [absent, refused, { ...absent, waited: true }]) {
      const outcome = onNoStartTls(floor, seen);
      assert.ok(outcome.do === 'next-host' && outcome.later === '5.7.4' && outcome.report === 'starttls-not-supported');
    }
});

test('a host that may not be used never gets anything', () => {
  const floor = tlsFloor(wishes, { ...facts, sts: sts('enforce', elsewhere) });
  assert.equal(beforeConnecting(floor)?.report, 'validation-failure');
  assert.equal(beforeConnecting(tlsFloor(wishes, { ...facts, dane: broken }))?.report, 'dnssec-invalid');
  assert.equal(beforeConnecting(tlsFloor(wishes, facts)), null);
  for (const outcome of [
    afterHandshake(floor, up),
    afterHandshake(floor, protocol),
    onNoStartTls(floor, { kind: 'refused', code: 502, text: '' }),
  ])
    assert.equal(outcome.do, 'next-host');
});

test('when no host is left', () => {
  const refusal = (enhanced: '4.7.4' | '4.7.5' | '4.7.30', later: '5.7.4' | '5.7.5' | '5.7.30') => ({
    enhanced,
    later,
    why: later,
    report: null,
  });
  assert.equal(whenNoneIsLeft([refusal('4.7.5', '5.7.5'), refusal('4.7.4', '5.7.4')]).later, '5.7.4');
  assert.equal(whenNoneIsLeft([refusal('4.7.5', '5.7.5'), refusal('4.7.30', '5.7.30')]).later, '5.7.30');
  assert.equal(whenNoneIsLeft([]).enhanced, '4.7.5');
});
