// The reference on receiving: routes, the blocked library, events and where they are posted, reports of others.
import type { Section } from '../types.ts';

export const inbound: Section = {
  id: 'inbound',
  title: 'Inbound mail',
  about:
    'A route takes mail for an address or a domain: to a webhook, an address, an LMTP target, or nowhere. Mail without a route is refused.',
  calls: {
    'POST /v1/inbound/routes': {
      summary: 'Take mail for an address or domain',
      body: { match: '@mail.example.org', action: { webhook: 'https://shop.example.org/mail' }, onSpam: 'mark' },
      errors: ['already_exists', 'domain_not_verified'],
      follows: 'Mail is posted with Standard Webhooks headers; `received` when it was taken.',
    },
    'GET /v1/inbound/routes': { summary: 'Routes', query: 'limit=1' },
    'GET /v1/inbound/routes/{id}': { summary: 'One route' },
    'PATCH /v1/inbound/routes/{id}': { summary: 'Change what a route does', body: { onSpam: 'reject' } },
    'POST /v1/inbound/routes/{id}/confirm': { summary: 'The operator’s word for the target of a forward', errors: ['forbidden'] },
    'POST /v1/inbound/try': {
      summary: 'Where mail for an address would go, and by which route',
      body: { address: 'ana@mail.example.org' },
    },
    'DELETE /v1/inbound/routes/{id}': { summary: 'Remove a route' },
    'GET /v1/inbound/confirm/{token}': { summary: 'The page that the target of a forward is mailed' },
    'POST /v1/inbound/confirm/{token}': { summary: 'The target agrees' },
  },
};

export const blocked: Section = {
  id: 'blocked',
  title: 'Blocked library',
  about:
    'Whom you may not write to and whom you do not hear. An account’s allow stands above its block, both above the block for all; not above what the operator entered.',
  calls: {
    'POST /v1/blocked': {
      summary: 'Block or allow an address, domain or range',
      body: { pattern: 'eve@example.com', direction: 'recipient', reason: 'Asked us to stop.' },
    },
    'GET /v1/blocked': { summary: 'Entries', query: 'limit=1' },
    'GET /v1/blocked/{id}': { summary: 'One entry' },
    'PATCH /v1/blocked/{id}': { summary: 'Change reason or end of an entry', body: { reason: 'Asked us by telephone.' } },
    'POST /v1/blocked/check': { summary: 'Is this address blocked, and why (60 a minute)', body: { address: 'eve@example.com' } },
    'POST /v1/blocked/import': {
      summary: 'Import entries, CSV or NDJSON',
      type: 'text/csv',
      body: 'pattern,action,reason\n@bad.example,block,spam trap\n',
    },
    'GET /v1/blocked/export': { summary: 'Export entries, CSV or NDJSON by Accept' },
    'DELETE /v1/blocked/{id}': { summary: 'Take an entry out' },
  },
};

export const events: Section = {
  id: 'events',
  title: 'Events and webhooks',
  about: 'Events come in the order of commits: a cursor never skips, and what was read is never added to later.',
  calls: {
    'GET /v1/events': { summary: 'What happened, by cursor, oldest first', query: 'type=delivered&limit=1' },
    'POST /v1/webhooks': {
      summary: 'Post events to a URL (Standard Webhooks); the secret is shown once',
      body: { url: 'https://shop.example.org/events', events: ['delivered', 'bounced'] },
    },
    'GET /v1/webhooks': { summary: 'Webhooks', query: 'limit=1' },
    'GET /v1/webhooks/{id}': { summary: 'One webhook' },
    'PATCH /v1/webhooks/{id}': { summary: 'Change a webhook', body: { events: ['bounced', 'complained'] } },
    'POST /v1/webhooks/{id}/test': { summary: 'Post a sample event now and tell what was answered' },
    'POST /v1/webhooks/{id}/rotate': { summary: 'A new secret; the old one signs beside it for a day' },
    'POST /v1/webhooks/{id}/replay': { summary: 'Post again from a cursor', body: { after: 'cur_MA' } },
    'DELETE /v1/webhooks/{id}': { summary: 'Remove a webhook' },
  },
};

export const reports: Section = {
  id: 'reports',
  title: 'Statistics and reports',
  about: 'What happened in numbers, what was refused at the door, and what others report of your domains.',
  calls: {
    'GET /v1/statistics': { summary: 'Mail by day or hour, by domain, mailbox provider or sending IP' },
    'GET /v1/reputation': { summary: 'Reputation of the account and its domains; for the operator of all', query: 'limit=1' },
    'GET /v1/reputation/{domain}': { summary: 'Reputation of one domain, whole and by mailbox provider' },
    'GET /v1/refusals': { summary: 'Refused connections and senders, with why' },
    'GET /v1/tls-reports': { summary: 'TLS reports: received (in) and sent (out)' },
    'GET /v1/dmarc-reports': { summary: 'DMARC aggregate reports about your domains' },
  },
};
