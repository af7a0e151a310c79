// Returned mail in the forms of several servers: all invented, short, with addresses of our own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnedMail } from '../message/returned.ts';
import { walk } from '../message/walk.ts';
import { readBounce } from './bounce-mail.ts';

const read = (lines: readonly string[]): ReturnType<typeof readBounce> => readBounce(walk(Buffer.from(lines.join('\r\n'))));
const brief = (lines: readonly string[]): readonly string[] =>
  read(lines).recipients.map(
    one => `${one.address} ${one.status ?? '-'} ${one.reply ?? '-'} ${one.reason}${one.hard ? ' hard' : ''} ${one.action}`,
  );

const report = (...status: readonly string[]): readonly string[] => [
  'From: MAILER-DAEMON@mx.example.net',
  'Subject: Undelivered',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  '',
  'Sorry.',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.net',
  '',
  ...status,
  '--b',
  'Content-Type: message/rfc822',
  '',
  'From: bob@example.net',
  'Subject: Returned mail about spam',
  '',
  'Final-Recipient: rfc822; nobody@example.com',
  '--b--',
];

test('a status report: two recipients, the reply says more than the status', () => {
  const lines = report(
    'Final-Recipient: rfc822; ann@example.org',
    'Action: failed',
    'Status: 5.0.0',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
    '',
    'Final-Recipient: rfc822; tom@example.org',
    'Action: delayed',
    'Status: 4.4.1',
    'Diagnostic-Code: smtp; connect to mx.example.org: Connection refused',
  );
  assert.equal(read(lines).kind, 'bounce');
  assert.deepEqual(brief(lines), ['ann@example.org 5.1.1 550 userunknown hard failed', 'tom@example.org 4.4.1 - expired delayed']);
});

test('a report of success is no bounce', () => {
  const lines = report('Final-Recipient: rfc822; ann@example.org', 'Action: delivered', 'Status: 2.0.0');
  assert.equal(read(lines).kind, 'other');
  assert.deepEqual(brief(lines), ['ann@example.org 2.0.0 - delivered delivered']);
});

test('a program that fails is not the address', () => {
  const lines = report(
    'Final-Recipient: rfc822; ann@example.org',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: x-unix; sorter: no such user',
  );
  assert.deepEqual(brief(lines), ['ann@example.org 5.1.1 - mailererror failed']);
});

const plain = (head: readonly string[], ...body: readonly string[]): readonly string[] => [
  ...head,
  'Content-Type: text/plain',
  '',
  ...body,
];

test('qmail: two recipients, each with its paragraph', () => {
  const lines = plain(
    ['From: MAILER-DAEMON@example.net', 'Subject: failure notice'],
    'Hi. This is the qmail-send program at example.net.',
    '',
    '<ann@example.org>:',
    '192.0.2.1 does not like recipient.',
    'Remote host said: 550 No such user here',
    'Giving up on 192.0.2.1.',
    '',
    '<tom@example.com>:',
    '192.0.2.2 does not like recipient.',
    'Remote host said: 552 5.2.2 Over quota',
    '',
    '--- Below this line is a copy of the message.',
    '<eve@example.com>: 550 not a recipient',
  );
  assert.deepEqual(brief(lines), ['ann@example.org - 550 userunknown hard failed', 'tom@example.com 5.2.2 552 mailboxfull failed']);
});

test('Exim: the address from X-Failed-Recipients, the phase from its words', () => {
  const lines = plain(
    ['From: Mail Delivery System <Mailer-Daemon@example.net>', 'X-Failed-Recipients: ann@example.org', 'Auto-Submitted: auto-replied'],
    'A message that you sent could not be delivered.',
    '',
    '  ann@example.org',
    '    host mx.example.org [192.0.2.1]',
    '    SMTP error from remote mail server after MAIL FROM:<bob@example.net>:',
    '    550 Denied by us',
  );
  assert.deepEqual(brief(lines), ['ann@example.org - 550 rejected failed']);
});

test('Sendmail 5: replies before the lines about addresses', () => {
  const lines = plain(
    ['From: Mail Delivery Subsystem <MAILER-DAEMON@example.net>', 'Subject: Returned mail: User unknown'],
    '   ----- Transcript of session follows -----',
    'While talking to mx.example.org:',
    '>>> RCPT To:<ann@example.org>',
    '<<< 550 <ann@example.org>... User unknown',
    '550 <ann@example.org>... User unknown',
    '554 <tom@example.com>... 550 Host unknown (Authoritative answer from name server)',
  );
  assert.deepEqual(brief(lines), ['ann@example.org - 550 userunknown hard failed', 'tom@example.com - 554 hostunknown hard failed']);
});

test('free text that quotes another server without the command is not hard', () => {
  const lines = plain(
    ['From: postmaster@example.net', 'Subject: Delivery failure'],
    'Unable to deliver message to: <ann@example.org>',
    'Server said: 550 unknown user',
  );
  assert.deepEqual(brief(lines), ['ann@example.org - 550 filtered failed']);
});

test('a report inside the status fields of the text', () => {
  const lines = plain(
    ['From: MAILER-DAEMON@example.net', 'Subject: Delivery Status Notification (Failure)'],
    'Technical report:',
    'Action: failed',
    'Final-Recipient: rfc822; ann@example.org',
    'Diagnostic-Code: smtp; 550 5.7.1 blocked using zen.spamhaus.org',
    'Status: 5.7.1',
  );
  assert.deepEqual(brief(lines), ['ann@example.org 5.7.1 550 blocked failed']);
});

test('SNS: a bounce, with a folded line inside the JSON', () => {
  const inner = JSON.stringify({
    notificationType: 'Bounce',
    bounce: {
      bouncedRecipients: [
        { emailAddress: 'ann@example.org', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown', action: 'failed' },
      ],
    },
  });
  const json = JSON.stringify({ Type: 'Notification', Message: inner });
  const lines = plain(
    ['From: no-reply@sns.amazonaws.com', 'Subject: AWS Notification Message'],
    json.slice(0, 60),
    ` ${json.slice(60)}`,
    '--',
    'Stop: https://example.org',
  );
  assert.deepEqual(brief(lines), ['ann@example.org 5.1.1 550 userunknown hard failed']);
});

test('complaints', () => {
  const got = read([
    'Subject: complaint',
    'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
    '',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'Original-Rcpt-To: <ann@example.org>',
    '--b--',
  ]);
  assert.equal(got.kind, 'feedback');
  assert.equal(got.feedbackType, 'abuse');
  assert.equal(got.recipients[0]?.address, 'ann@example.org');
});

test('a complaint without its own part, with the mail as a file', () => {
  const lines = [
    'Content-Type: multipart/report; report-type="Feedback-Report"; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Somebody said that this is spam.',
    '--b',
    'Content-Type: application/octet-stream; name="Original.eml"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('Feedback-ID: t:sesame\r\n\r\nhello').toString('base64'),
    '--b--',
  ];
  const got = read(lines);
  assert.deepEqual([got.kind, got.feedbackType], ['feedback', 'abuse']);
  assert.match(String(returnedMail(walk(Buffer.from(lines.join('\r\n'))))), /^Feedback-ID: t:sesame/);
});

test('automatic answers and people', () => {
  assert.equal(read(plain(['From: ann@example.org', 'Auto-Submitted: auto-replied'], 'I am away.')).kind, 'autoreply');
  assert.equal(read(plain(['From: ann@example.org', 'Subject: Automatische Antwort: Hallo'], 'Bin weg.')).kind, 'autoreply');
  assert.equal(read(plain(['From: ann@example.org', 'Subject: Hello'], 'How are you?')).kind, 'other');
  assert.equal(read(plain(['From: ann@example.org', 'Auto-Submitted: no', 'Subject: Re: plan'], 'Fine.')).kind, 'other');
});

/** Each took seconds or minutes in a reader that looks again at what it has seen: here it only needs to end. */
test('hostile mail neither throws nor goes without end', () => {
  const head = 'From: MAILER-DAEMON@x\r\nSubject: failure notice\r\n';
  const status = 'Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n';
  const many = Array.from({ length: 5_000 }, (_, n) => `u${n}@example.org`).join(', ');
  const bodies = [
    '\r\n<a@b>: 550 x'.repeat(50_000),
    `\r\n${'a'.repeat(900_000)}@`,
    `\r\n${'>>> RCPT\r\n<<< 550 '.repeat(50_000)}`,
    `\r\n${'"'.repeat(500_000)}`,
    `\r\n${'Final-Recipient: rfc822;'.repeat(30_000)}`,
    `\r\n${'Final-Recipient: rfc822; a@b\r\n'.repeat(30_000)}`,
    `\r\n${'Could not be delivered to: '.repeat(30_000)}`,
    `\r\n{"notificationType"${'{'.repeat(400_000)}`,
    `\r\n${'550-'.repeat(200_000)}`,
    `\r\n${'\u0000\ud800'.repeat(100_000)}`,
    `${status}${'Final-Recipient: rfc822; a@b\r\n'.repeat(30_000)}`,
    `${status}Final-Recipient: rfc822; a@b\r\nStatus: 5.1.1 ${'('.repeat(900_000)}`,
    `X-Failed-Recipients: ${many}\r\n\r\n${' x@y.example\r\n'.repeat(60_000)}`,
  ];
  for (const body of bodies) {
    const { recipients } = readBounce(walk(Buffer.from(head + body)));
    assert.ok(recipients.length <= 100, body.slice(0, 60));
  }
});
