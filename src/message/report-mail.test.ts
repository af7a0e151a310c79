// Reports that we write, read back: delivery status (RFC 3464), abuse (RFC 5965), and the text made of HTML.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { readBounce } from '../bounce/bounce-mail.ts';
import { buildArf, type ArfAsk } from '../../test/arf.ts';
import { readArf } from './arf.ts';
import { buildDsn, type DsnAsk } from './dsn.ts';
import { fieldGroups } from './field-groups.ts';
import { firstOf } from './headers.ts';
import { textOfHtml } from './html-text.ts';
import { returnedMail } from './returned.ts';
import { walk } from './walk.ts';

const original = Buffer.from('From: a@b.example\r\nSubject: the original\r\n\r\n');
const dsn: DsnAsk = {
  messageId: '<d@host.example>',
  from: 'mailer@host.example',
  to: 'a@b.example',
  hostname: 'host.example',
  at: Date.UTC(2026, 1, 3, 4, 5, 6),
  arrivedAt: Date.UTC(2026, 1, 3),
  envid: 'QQ314159',
  recipients: [
    {
      finalRecipient: 'c@d.example',
      originalRecipient: 'rfc822;c+x@d.example',
      action: 'failed',
      status: '5.1.1',
      diagnostic: '550 5.1.1 nobody\r\nX-Injected: 1',
      remoteMta: 'mx.d.example',
      willRetryUntil: null,
    },
    {
      finalRecipient: 'ü@d.example',
      originalRecipient: null,
      action: 'failed',
      status: '5.6.7',
      diagnostic: null,
      remoteMta: null,
      willRetryUntil: null,
    },
  ],
  returned: original,
  full: false,
};

test('a failure says who, why and what, to people and to programs', async () => {
  for (const full of [false, true]) {
    const raw = buildDsn({ ...dsn, full });
    const message = walk(raw);
    assert.ok(!/\r(?!\n)|(?<!\r)\n/.test(raw.toString('latin1')), 'only CRLF');
    assert.deepEqual(
      message.headers.fields.map(field => field.name),
      ['from', 'to', 'subject', 'date', 'message-id', 'auto-submitted', 'mime-version', 'content-type'],
    );
    const leaf = message.leaves.find(one => one.type.endsWith('delivery-status'));
    const [first] = fieldGroups(leaf?.bytes() ?? Buffer.alloc(0));
    assert.deepEqual([first?.get('reporting-mta'), first?.get('original-envelope-id')], [['dns; host.example'], ['QQ314159']]);
    const told = readBounce(message).recipients.map(one => [one.address, one.originalRecipient, one.action, one.status, one.diagnostic]);
    assert.deepEqual(told, [
      ['c@d.example', 'c+x@d.example', 'failed', '5.1.1', '550 5.1.1 nobody X-Injected: 1'],
      ['ü@d.example', null, 'failed', '5.6.7', null],
    ]);
    assert.match(returnedMail(message)?.toString() ?? '', /^From: a@b\.example\r\nSubject: the original\r\n/);
    const other = await PostalMime.parse(raw);
    assert.match(other.text ?? '', /Your mail to c@d\.example could not be delivered/);
  }
});

const arf: ArfAsk = {
  messageId: '<r@host.example>',
  from: 'abuse@host.example',
  to: 'fbl@sender.example',
  at: Date.UTC(2026, 1, 3, 4, 5, 6),
  arrivedAt: Date.UTC(2026, 1, 3),
  feedbackType: 'abuse',
  originalMailFrom: 'b-token@bounce.sender.example',
  originalRecipients: ['c@d.example'],
  sourceIp: '192.0.2.1',
  reportedDomain: 'Sender.Example',
  returned: original,
  full: true,
};

test('a complaint is read back as it was written', () => {
  const report = readArf(walk(buildArf(arf)));
  assert.equal(report?.feedbackType, 'abuse');
  assert.equal(report?.originalMailFrom, 'b-token@bounce.sender.example');
  assert.deepEqual(report?.originalRecipients, ['c@d.example']);
  assert.equal(report?.sourceIp, '192.0.2.1');
  assert.deepEqual(report?.reportedDomains, ['sender.example']);
  assert.equal(report?.arrivedAt, arf.arrivedAt);
  assert.equal(report?.incidents, 1);
  assert.match(report?.original?.toString() ?? '', /Subject: the original/);
});

test('nothing of a complaint becomes a field of its own', () => {
  const raw = buildArf({ ...arf, originalMailFrom: 'x@y\r\nSource-IP: 203.0.113.9', sourceIp: null });
  assert.equal(readArf(walk(raw))?.sourceIp, null);
  assert.equal(firstOf(raw, walk(raw).headers, 'subject'), 'Abuse report');
});

test('mail that is no report is none', () => {
  const message = walk(Buffer.from('Subject: x\r\n\r\nFeedback-Type: abuse\r\n'));
  assert.equal(readArf(message), null);
  assert.equal(returnedMail(message), null);
});

test('HTML to text: lines, lists, links, entities, nothing hidden', () => {
  const html = `<!doctype html><html><head><title>T</title><style>p{}</style></head><body>
    <!-- no --><h1>Hi&nbsp;you &amp; me &#8364;</h1><p>One<br>two <a title="a>b" href='https://a.example/x?y=1&amp;z'>here</a>.</p>
    <ul><li>a</li><li>b</li></ul><script>alert("</p>")</script><img alt="Logo" src="cid:x"><a href="https://b.example">https://b.example</a>`;
  assert.equal(
    textOfHtml(html),
    ['Hi you & me €', '', 'One', 'two here (https://a.example/x?y=1&z).', '', '- a', '', '- b', '', 'Logohttps://b.example'].join('\n'),
  );
  assert.equal(textOfHtml('a < b & c'), 'a < b & c');
});
