// The reference on mail: sending, looking it up, deciding what waits; score, scan and what the filter is taught.
import type { Code } from '../../errors.ts';
import type { Section } from '../types.ts';

const TAKEN: readonly Code[] = [
  'account_suspended',
  'domain_not_verified',
  'sandbox_recipient',
  'spam_content',
  'virus_found',
  'attachment_unscannable',
  'attachment_refused',
  'header_refused',
  'recipient_blocked',
  'quota_exceeded',
  'scanner_unavailable',
];
const MESSAGE = [
  'From: Shop <hello@mail.example.org>',
  'To: ana@example.com',
  'Subject: Receipt 8812',
  'Date: Mon, 30 Nov 2026 08:00:00 +0000',
  'Message-ID: <8812@mail.example.org>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Thank you for your order. It leaves our house tomorrow.',
  '',
].join('\r\n');
const MAIL = {
  from: 'Shop <hello@mail.example.org>',
  to: ['success@simulator.sesame.test'],
  subject: 'Receipt 8812',
  text: 'Thank you for your order.',
};

export const mail: Section = {
  id: 'mail',
  title: 'Mail',
  about: 'Mail is taken (202) when it is durable, scanned and allowed. What became of it is in the email itself and in the events.',
  calls: {
    'POST /v1/emails': {
      summary: 'Send one email',
      body: { ...MAIL, tags: ['receipt'], tls: 'required' },
      errors: TAKEN,
      follows: '`accepted` at once, then for each recipient `delivered`, `deferred` or `bounced`.',
    },
    'POST /v1/emails/batch': {
      summary: 'Send up to 100 emails; each is answered in its place',
      body: { emails: [MAIL, { ...MAIL, subject: 'Receipt 8813' }] },
      errors: ['account_suspended', 'quota_exceeded'],
    },
    'GET /v1/emails': { summary: 'Search mail by recipient, state, tag and time, newest first', query: 'tag=receipt&limit=1' },
    'GET /v1/emails/{id}': { summary: 'One email: each recipient, each attempt with the peer’s own words and its TLS' },
    'POST /v1/emails/{id}/cancel': {
      summary: 'Cancel what waits',
      errors: ['wrong_state'],
      follows: '`cancelled` for each recipient that waited.',
    },
    'POST /v1/emails/{id}/release': { summary: 'Let held mail go', errors: ['wrong_state'] },
    'POST /v1/emails/{id}/discard': { summary: 'Discard held mail', errors: ['wrong_state'], follows: '`cancelled`.' },
  },
};

export const quality: Section = {
  id: 'quality',
  title: 'Score, scan, learning',
  about: 'Nothing of these messages is kept. The score is for reference: no score promises the inbox.',
  calls: {
    'POST /v1/score': {
      summary: 'Quality of a message, 0 to 10, with what to mend: the message itself, or JSON as for POST /v1/emails',
      type: 'message/rfc822',
      body: MESSAGE,
      errors: ['scanner_unavailable'],
    },
    'POST /v1/scan': {
      summary: 'Spam, virus and authentication verdicts of a raw message',
      type: 'message/rfc822',
      query: 'direction=in&ip=192.0.2.1&helo=mx.example.org&mailFrom=hello@mail.example.org',
      body: MESSAGE,
      errors: ['scanner_unavailable'],
    },
    'POST /v1/feedback': {
      summary: 'Teach the filter: this mail is spam, or ham',
      body: { raw: Buffer.from(MESSAGE).toString('base64'), label: 'ham' },
      errors: ['wrong_state'],
    },
    'GET /v1/filter/learned': { summary: 'What the filter was taught' },
    'GET /v1/filter/learned/export': { summary: 'The same with the learned weights themselves' },
    'DELETE /v1/filter/learned': { summary: 'Forget what the filter was taught' },
  },
};
