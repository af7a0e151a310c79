// Replies of real servers, shortened, with addresses of our own; and what a hostile one may cost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phase, Reason } from './reasons.ts';
import { codesOf, readReply } from './reply.ts';

const SAID: readonly (readonly [string, Reason, Phase?])[] = [
  [
    "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking 550 5.1.1 the recipient's address",
    'userunknown',
  ],
  ['550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown in virtual mailbox table', 'userunknown'],
  ['550 5.4.1 Recipient address rejected: Access denied. [AM1.eurprd01.prod.outlook.com]', 'userunknown'],
  ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@example.org not found by SMTP address lookup', 'userunknown'],
  ['550 Requested action not taken: mailbox unavailable', 'userunknown'],
  ["554 delivery error: dd This user doesn't have a yahoo.com account (ann@example.org) [0]", 'userunknown', 'data'],
  ['550 User not found: ann@example.org', 'userunknown'],
  ['550 5.1.1 Empfänger unbekannt', 'userunknown'],
  ['550 Utente sconosciuto', 'userunknown'],
  ['550 El usuario no existe', 'userunknown'],
  ['550 пользователь не найден', 'userunknown'],
  ['550 收件人不存在', 'userunknown'],
  ['550 Pengguna tidak ditemukan', 'userunknown'],
  ['550 User unknown', 'filtered', 'data'],
  ['550 5.1.1 User unknown', 'userunknown', 'data'],
  ['552 5.2.2 The email account that you tried to reach is over quota', 'mailboxfull'],
  ["452 4.2.2 The recipient's inbox is out of storage space", 'mailboxfull'],
  ['550 Postfach ist voll', 'mailboxfull'],
  ['552 Boîte du destinataire pleine', 'mailboxfull'],
  ['550 邮箱已满', 'mailboxfull'],
  ['550 5.2.1 The email account that you tried to reach is disabled', 'suspend'],
  ['550 5.7.26 Unauthenticated email from example.org is not accepted due to domain DMARC policy', 'authfailure'],
  ['550 5.7.509 Access denied, sending domain does not pass DMARC verification', 'authfailure'],
  ['550 SPF check failed', 'authfailure'],
  ['550 5.7.515 Access denied, sending domain does not meet the required authentication level', 'authfailure'],
  ['550 5.7.25 The IP address sending this message does not have a PTR record setup', 'requireptr'],
  ['450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]', 'requireptr'],
  ['554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org', 'blocked'],
  ['550 5.7.606 Access denied, banned sending IP [192.0.2.1]', 'blocked'],
  ["550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3140)", 'blocked'],
  ['421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints', 'badreputation'],
  ['451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation', 'badreputation'],
  ['550 5.7.1 very low reputation of the sending domain', 'badreputation'],
  ['421 4.7.0 Too many concurrent SMTP connections', 'toomanyconn'],
  ['450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages', 'speeding'],
  ['451 4.7.1 Greylisting in action, please come back later', 'greylisted'],
  ['450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/', 'greylisted'],
  ['550 5.7.1 Our system has detected that this message is likely unsolicited mail', 'spamdetected'],
  ['554 5.7.1 Message rejected as spam by Content Filtering', 'spamdetected'],
  ['550 Mail content denied. http://service.mail.qq.com/', 'spamdetected'],
  ['554 DT:SPM 163 smtp1', 'spamdetected'],
  ['550 Virus detected; rejected', 'virusdetected'],
  ['552 5.3.4 Message size exceeds fixed limit', 'mesgtoobig'],
  ['554 5.7.1 <ann@example.org>: Relay access denied', 'norelaying'],
  ['530 5.7.0 Must issue a STARTTLS command first', 'failedstarttls'],
  ['553 5.1.8 <bob@example.net>: Sender address rejected: Domain not found', 'rejected'],
  ['550 rejected', 'rejected', 'mail'],
  ['554 rejected', 'blocked', 'connect'],
  ['550 5.1.2 Host unknown (Name server: example.invalid: host not found)', 'hostunknown'],
  ['556 5.1.10 Domain does not accept mail (nullMX)', 'notaccept'],
  ['550 5.7.1 This message is not RFC 5322 compliant', 'notcompliantrfc'],
  ['550 5.7.0 Local Policy Violation', 'policyviolation'],
  ['452 4.3.1 Insufficient system storage', 'systemfull'],
  ['451 4.3.0 Internal server error', 'systemerror'],
  ['421 4.4.2 Connection timed out', 'expired'],
  ['551 5.1.6 Recipient no longer on server', 'hasmoved'],
  ['550 5.7.1 Message blocked due to spam content in the message', 'spamdetected'],
  ['554 5.7.1 Your message was blocked because it contains a virus', 'virusdetected'],
  ['550 sorry, no mailbox here by that name (#5.1.1)', 'userunknown'],
  ['421 4.7.0 IP not in whitelist for RCPT domain, closing connection', 'blocked'],
  ['550 5.4.6 Hop count exceeded - possible mail loop', 'networkerror'],
  ['550-Verification failed for <bob@example.net> 550-No Such User Here 550 Sender verify failed', 'rejected'],
  ['550 Administrative prohibition', 'policyviolation'],
  ['550 #5.1.0 Address rejected.', 'userunknown'],
  ['550 Rejected by header based Anti-Spoofing policy: bob@example.net', 'authfailure'],
  ['553 Requested action not taken: NO,Invalid User', 'userunknown'],
  ['550 RP:QRC 126', 'speeding'],
  ['554 MI:SPB 163 mx1', 'blocked'],
  ['550 5.7.64 TenantAttribution; Relay Access Denied', 'norelaying'],
  ['554 5.2.0 STOREDRV.Deliver.Exception:AccountDisabledException', 'suspend'],
  ['550 [CS01] Message rejected due to local policy', 'spamdetected'],
  ['554 (RTR:BL) Blocked', 'blocked'],
  ['550 Sender IP reverse lookup rejected', 'requireptr'],
  ['501 5.1.3 Bad recipient address syntax', 'syntaxerror'],
  ['421-4.7.23 The IP address sending this message does not have a PTR record', 'requireptr', 'data'],
  ["421-4.7.29 Your email has been rate limited because this message wasn't sent over a TLS connection", 'failedstarttls', 'data'],
  ["421-4.7.32 Rate limited because the From header isn't aligned with the authenticated domain", 'authfailure', 'data'],
  ['550 5.4.5 Daily sending quota exceeded', 'speeding', 'mail'],
  ['451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77714)', 'speeding', 'mail'],
  ['450-Requested mail action not taken: mailbox unavailable 450-Mail send limit exceeded', 'speeding'],
  ['451 Internal resource temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451', 'greylisted'],
  ['550 The recipient may contain a non-existent account, please check the recipient address', 'userunknown'],
  ['250 2.0.0 Ok', 'delivered'],
  ['599 blah', 'undefined'],
];

test('each reply has its reason', () => {
  const wrong = SAID.flatMap(([text, wanted, phase]) => {
    const got = readReply({ code: null, enhanced: null, text, ...(phase ? { phase } : {}) }).reason;
    return got === wanted ? [] : [`${text}: ${got}, not ${wanted}`];
  });
  assert.deepEqual(wrong, []);
});

test('only addresses of no use are hard, and only for good', () => {
  const hard = SAID.filter(([text, , phase]) => readReply({ code: null, enhanced: null, text, ...(phase ? { phase } : {}) }).hard);
  assert.deepEqual([...new Set(hard.map(([, reason]) => reason))].toSorted(), ['hasmoved', 'hostunknown', 'notaccept', 'userunknown']);
  const text = '450 4.1.1 <ann@example.org>: User unknown';
  assert.equal(readReply({ code: 450, enhanced: '4.1.1', text }).hard, false);
  assert.equal(readReply({ code: 450, enhanced: '4.1.1', text, final: true }).hard, true);
});

test('a block in the words of an address stays an address', () => {
  const reply = readReply({ code: 550, enhanced: '5.1.1', text: '550 5.1.1 <spam.blocked.greylist@example.org>: User unknown' });
  assert.equal(reply.reason, 'userunknown');
  assert.equal(reply.class, 'hard');
});

test('codes: the quoted reply is behind the own one', () => {
  assert.deepEqual(codesOf('554 4.4.7 Message expired.<421 4.4.2 Connection timed out>'), { code: 554, enhanced: '4.4.2' });
  assert.deepEqual(codesOf('550 5.0.0 no'), { code: 550, enhanced: '5.0.0' });
  assert.deepEqual(codesOf('see 192.0.2.25 and 4.16.55.1'), { code: null, enhanced: null });
});

test('hostile texts are read to their bound and no further', () => {
  const long = [
    'user '.repeat(200_000),
    '550 5.1.1 '.repeat(100_000),
    `${'a'.repeat(500_000)}@`,
    '1.1.'.repeat(300_000),
    '\ufdfa'.repeat(100_000),
    '<'.repeat(1e6),
  ];
  for (const text of long) {
    const whole = readReply({ code: null, enhanced: null, text });
    assert.deepEqual(whole, readReply({ code: null, enhanced: null, text: text.slice(0, 8_192) }));
  }
});
