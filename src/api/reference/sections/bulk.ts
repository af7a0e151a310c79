// The reference on templates, recipient lists and batches.
import type { Section } from '../types.ts';

const TEMPLATE = {
  name: 'receipt',
  subject: 'Receipt {{number}}',
  text: 'Dear {{name|customer}},\nthank you for order {{number}}.\nToko, Jalan Merdeka 1, Jakarta',
  defaults: {},
};
const RECIPIENT = { address: 'ana@example.com', data: { name: 'Ana', number: 8812 } };

export const bulk: Section = {
  id: 'bulk',
  title: 'Templates, lists, batches',
  about: 'What an account keeps to send again and again, sealed; and one mail for each recipient of a list, now, later or repeatedly.',
  calls: {
    'POST /v1/templates': {
      summary: 'Keep a template; filter and score review it at once',
      body: TEMPLATE,
      errors: ['scanner_unavailable', 'wrong_state'],
    },
    'GET /v1/templates': { summary: 'Templates of the account', query: 'limit=1' },
    'GET /v1/templates/{id}': { summary: 'One template with its review' },
    'PATCH /v1/templates/{id}': {
      summary: 'Change a template; it is reviewed anew and its version counts up',
      body: { subject: 'Your receipt {{number}}' },
      errors: ['scanner_unavailable', 'wrong_state'],
    },
    'POST /v1/templates/{id}/render': { summary: 'What a recipient would get', body: { data: { number: 8812, name: 'Ana' } } },
    'DELETE /v1/templates/{id}': { summary: 'Delete a template' },
    'POST /v1/lists': { summary: 'Make a recipient list', body: { name: 'Newsletter' }, errors: ['wrong_state'] },
    'GET /v1/lists': { summary: 'Lists of the account', query: 'limit=1' },
    'GET /v1/lists/{id}': { summary: 'One list' },
    'PATCH /v1/lists/{id}': { summary: 'Rename a list', body: { name: 'Monthly newsletter' } },
    'POST /v1/lists/{id}/recipients': {
      summary: 'Import recipients: text/csv, application/x-ndjson or a JSON array; each line counts once',
      body: 'address,name,number\nana@example.com,Ana,8812\nno address,,\n',
      type: 'text/csv',
      errors: ['too_large', 'wrong_state'],
    },
    'GET /v1/lists/{id}/recipients': { summary: 'Recipients in the order they came; one by its address', query: 'address=ana@example.com' },
    'DELETE /v1/lists/{id}/recipients/{address}': { summary: 'Take a recipient out of the list' },
    'DELETE /v1/lists/{id}': { summary: 'Delete a list; its key goes at once', errors: ['wrong_state'] },
    'POST /v1/batches': {
      summary: 'Send one mail to each recipient of a list, now, later or repeatedly',
      body: {
        from: 'Shop <hello@mail.example.org>',
        recipients: [RECIPIENT],
        subject: TEMPLATE.subject,
        text: TEMPLATE.text,
        cycle: { at: '09:00', timeZone: 'Asia/Jakarta', days: ['mon', 'thu'], times: 8 },
      },
      errors: ['account_suspended', 'domain_not_verified', 'header_refused', 'spam_content', 'scanner_unavailable', 'wrong_state'],
      follows: 'the events of its mails, as of any mail.',
    },
    'GET /v1/batches': { summary: 'Batches of the account, newest first', query: 'limit=1' },
    'GET /v1/batches/{id}': { summary: 'One batch: how far it is, and what became of its mail' },
    'POST /v1/batches/{id}/pause': { summary: 'Queue nothing more for now', errors: ['wrong_state'] },
    'POST /v1/batches/{id}/resume': { summary: 'Go on where it was', errors: ['wrong_state'] },
    'POST /v1/batches/{id}/cancel': { summary: 'End it', errors: ['wrong_state'] },
    'DELETE /v1/batches/{id}': { summary: 'Delete a batch that is over', errors: ['wrong_state'] },
  },
};
