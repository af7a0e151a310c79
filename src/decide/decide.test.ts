// decide over every finding, policy and wish that matters: what is refused, held, dropped or taken, and with which words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountPolicy, AuthResults, Inspected, Refusal, Route, SpamFinding, VirusClass, VirusFinding } from '../mail.ts';
import { decide } from './decide.ts';

const NONE = { verdict: 'GRAY', result: 'none', domain: null } as const;
const AUTH: AuthResults = { spf: NONE, dkim: NONE, dmarc: NONE, arc: NONE, header: 'mx.test; dkim=none' };
const HAM: SpamFinding = { verdict: 'PASS', score: 0.01, refusable: false, reasons: [] };
const SPAM: SpamFinding = {
  verdict: 'FAIL',
  score: 0.97,
  refusable: false,
  reasons: [{ id: 'drugs', weight: 3, title: 'Offers medicine' }],
};
const KNOWN: SpamFinding = { ...SPAM, refusable: true, reasons: [{ id: 'gtube', weight: 20, title: 'The test pattern' }] };
const WORST: SpamFinding = { ...SPAM, refusable: true };
const CLEAN: VirusFinding = {
  verdict: 'PASS',
  coverage: 'rules',
  engines: [],
  signatures: null,
  signaturesAt: null,
  scannedAt: null,
  parts: [],
  partsTotal: 0,
  found: [],
  tookMs: 1,
};
const found = (kind: VirusClass): VirusFinding => ({
  ...CLEAN,
  verdict: 'FAIL',
  found: [{ class: kind, name: `rule.${kind}`, path: '2', fileName: 'a.zip' }],
});
const POLICY: AccountPolicy = {
  out: { encrypted: 'refuse', refusedType: 'refuse', heuristic: 'refuse' },
  in: { refusedType: 'refuse', heuristic: 'mark' },
};
const ROUTE: Route = {
  id: 'rte_1',
  accountId: 'acc_1',
  match: 'b.test',
  action: { kind: 'webhook', url: 'https://b.test' },
  onSpam: 'mark',
  onVirus: 'reject',
  onUnscannable: 'reject',
  onDmarcFail: 'mark',
  includeRaw: false,
  state: 'active',
};
const RAW =
  'From: a@a.test\r\nBcc: secret@c.test\r\nX-Sesame-Spam-Verdict: PASS\r\nAuthentication-Results: mx.test; dkim=pass\r\nSubject: x\r\n\r\nx\r\n';

function mail(over: Partial<Inspected>, raw = RAW): Inspected {
  return {
    id: 'msg_1',
    direction: 'out',
    door: 'submission',
    at: Date.UTC(2026, 0, 1),
    peer: { ip: '192.0.2.1', port: 1, helo: 'c.test', tls: null },
    envelope: {
      from: 'a@a.test',
      recipients: [{ address: 'b@b.test', notify: null, orcpt: null }],
      eightBit: false,
      smtpUtf8: false,
      requireTls: false,
      ret: null,
      envid: null,
    },
    raw: Buffer.from(raw),
    options: { tls: 'opportunistic', sendAt: null, expiresAt: null, tags: [], pool: null, personal: null, idempotency: null },
    party: { kind: 'account', accountId: 'acc_1', credentialId: 'crd_1', policy: POLICY },
    suppressed: [],
    auth: AUTH,
    spam: HAM,
    virus: CLEAN,
    sketch: null,
    ...over,
  };
}
const inbound = (over: Partial<Inspected>, route: Partial<Route> = {}, policy = POLICY): Inspected =>
  mail({ direction: 'in', door: 'mx', party: { kind: 'stranger', routes: [{ ...ROUTE, ...route }], policy }, ...over });
const told = (given: Inspected): string => {
  const answer = decide({ hostname: 'mx.test' }, given);
  return 'refused' in answer ? `${answer.code} ${answer.enhanced} ${answer.reason}` : answer.verdict.take;
};
const out = (policy: Partial<AccountPolicy['out']>, virus: VirusFinding): Inspected =>
  mail({
    party: { kind: 'account', accountId: 'acc_1', credentialId: 'crd_1', policy: { ...POLICY, out: { ...POLICY.out, ...policy } } },
    virus,
  });

const failed = { verdict: 'PROCESSING_FAILED' } as const;
const table: readonly (readonly [string, Inspected, string])[] = [
  ['clean mail out is queued', mail({}), 'queue'],
  ['a scan that did not finish is never clean', mail({ virus: { ...CLEAN, ...failed } }), '451 4.3.0 scanner_unavailable'],
  ['a filter that did not finish is never clean', mail({ spam: { ...HAM, ...failed } }), '451 4.3.0 filter_unavailable'],
  ['the same for strangers', inbound({ virus: { ...CLEAN, ...failed } }), '451 4.3.0 scanner_unavailable'],
  ['malware out', mail({ virus: found('infected') }), '554 5.7.0 virus_found'],
  [
    'no policy lets malware out',
    out({ encrypted: 'mark', refusedType: 'mark', heuristic: 'mark' }, found('infected')),
    '554 5.7.0 virus_found',
  ],
  ['an encrypted archive out', mail({ virus: found('unscannable') }), '554 5.7.0 attachment_unscannable'],
  ['held by policy', out({ encrypted: 'hold' }, found('unscannable')), 'hold'],
  ['marked by policy', out({ encrypted: 'mark' }, found('unscannable')), 'queue'],
  ['a refused type out', mail({ virus: found('refused_type') }), '554 5.7.0 attachment_refused'],
  ['a heuristic out, marked by policy', out({ heuristic: 'mark' }, found('heuristic')), 'queue'],
  ['known spam out', mail({ spam: KNOWN }), '554 5.7.1 spam_content'],
  ['likely spam out is held', mail({ spam: SPAM }), 'hold'],
  ['malware in', inbound({ virus: found('infected') }), '554 5.7.0 virus_found'],
  ['malware in, dropped by wish', inbound({ virus: found('infected') }, { onVirus: 'drop' }), 'drop'],
  ['unscannable in', inbound({ virus: found('unscannable') }), '554 5.7.0 attachment_unscannable'],
  ['unscannable in, marked by wish', inbound({ virus: found('unscannable') }, { onUnscannable: 'mark' }), 'queue'],
  ['a heuristic in is marked', inbound({ virus: found('heuristic') }), 'queue'],
  ['likely spam in is marked', inbound({ spam: SPAM }), 'queue'],
  ['likely spam in, rejected by wish', inbound({ spam: SPAM }, { onSpam: 'reject' }), '554 5.7.1 spam_content'],
  ['likely spam in, dropped by wish', inbound({ spam: SPAM }, { onSpam: 'drop' }), 'drop'],
  ['known spam in is refused whatever the wish', inbound({ spam: KNOWN }, { onSpam: 'mark' }), '554 5.7.1 spam_content'],
  ['DMARC reject, marked', inbound({ auth: { ...AUTH, dmarc: { ...NONE, result: 'fail', policy: 'reject' } } }), 'queue'],
  [
    'DMARC reject, honoured',
    inbound({ auth: { ...AUTH, dmarc: { ...NONE, result: 'fail', policy: 'reject' } } }, { onDmarcFail: 'honor' }),
    '550 5.7.1 dmarc_reject',
  ],
  [
    'DMARC quarantine is no reject',
    inbound({ auth: { ...AUTH, dmarc: { ...NONE, result: 'fail', policy: 'quarantine' } } }, { onDmarcFail: 'honor' }),
    'queue',
  ],
  ['a route that drops', inbound({}, { action: { kind: 'drop' } }), 'drop'],
];
for (const [what, given, expected] of table) test(what, () => assert.equal(told(given), expected));

test('complaints that quote spam reach abuse@, the test pattern does not', () => {
  const envelope = { ...mail({}).envelope, recipients: [{ address: 'abuse@b.test', notify: null, orcpt: null }] };
  assert.equal(told(inbound({ spam: WORST, envelope }, { onSpam: 'reject' })), 'queue');
  assert.equal(told(inbound({ spam: KNOWN, envelope })), '554 5.7.1 spam_content');
});

test('reports to our own return path are read whatever they quote, but for malware', () => {
  const report = { id: 'return-path', accountId: null, action: { kind: 'drop' }, onSpam: 'mark', onUnscannable: 'mark' } as const;
  assert.equal(told(inbound({ spam: WORST }, report)), 'drop');
  assert.equal(told(inbound({ virus: found('refused_type') }, report)), 'drop');
  assert.equal(told(inbound({ virus: found('unscannable') }, report)), 'drop');
  assert.equal(told(inbound({ virus: found('infected') }, report)), '554 5.7.0 virus_found');
  assert.equal(told(inbound({ spam: KNOWN }, report)), '554 5.7.1 spam_content');
});

test('what is sealed: Bcc and forged fields gone, missing fields added once, trace in front', () => {
  const answer = decide({ hostname: 'mx.test' }, mail({}));
  assert.ok(!('refused' in answer));
  const text = answer.sealedForm.toString();
  assert.match(
    text,
    /^Received: by mx\.test with ESMTPA id msg_1; Thu, 01 Jan 2026 00:00:00 \+0000\r\nX-Sesame-Id: msg_1\r\nMessage-ID: <msg_1@mx\.test>\r\nDate: .*\r\nMIME-Version: 1\.0\r\nFrom: /,
  );
  assert.doesNotMatch(text, /Bcc|X-Sesame-Spam-Verdict|Authentication-Results/);
  assert.equal(answer.fromDomain, 'a.test');
});

test('inbound trace: our results, a name given by the peer that cannot break a header', () => {
  const peer = { ip: '2001:db8::1', port: 1, helo: 'evil\r\nX-Injected: (yes)', tls: { version: 'TLSv1.3', cipher: 'X' } };
  const answer = decide({ hostname: 'mx.test' }, inbound({ peer, spam: SPAM }));
  assert.ok(!('refused' in answer));
  const text = answer.sealedForm.toString();
  assert.match(
    text,
    /^Received: from evilX-Injected:yes \(\[IPv6:2001:db8::1\]\) \(using TLSv1\.3 with cipher X\)\r\n by mx\.test with ESMTPS id msg_1 for <b@b\.test>;/,
  );
  assert.match(
    text,
    /\r\nX-Sesame-Spam-Verdict: FAIL\r\nX-Sesame-Spam-Score: 0\.9700\r\nX-Sesame-Virus-Verdict: PASS\r\nX-Sesame-Findings: drugs\r\n/,
  );
  assert.equal(text.match(/Authentication-Results/g)?.length, 1);
});

test('a refusal names the file in the answer, as one line of ASCII', () => {
  const virus: VirusFinding = { ...CLEAN, verdict: 'FAIL', found: [{ class: 'infected', name: 'Bad', path: '2', fileName: 'r\r\né.zip' }] };
  const answer = decide({ hostname: 'mx.test' }, mail({ virus })) as Refusal;
  assert.match(answer.text, /^[\x20-\x7e]+$/);
});

test('places: simulator, blocked recipients, later mail, routes', () => {
  const recipients = ['ok@b.test', 'no@b.test', 'bounce+x@simulator.sesame.test'].map(address => ({ address, notify: null, orcpt: null }));
  const given = mail({
    envelope: { ...mail({}).envelope, recipients },
    suppressed: ['no@b.test'],
    options: { ...mail({}).options, sendAt: Date.UTC(2026, 0, 2) },
  });
  const answer = decide({ hostname: 'mx.test' }, given);
  assert.ok(!('refused' in answer));
  assert.deepEqual(
    answer.placed.map(one => [one.state, one.target]),
    [
      ['scheduled', { kind: 'mx', domain: 'b.test' }],
      ['suppressed', { kind: 'mx', domain: 'b.test' }],
      ['scheduled', { kind: 'simulator', box: 'bounce' }],
    ],
  );
});
