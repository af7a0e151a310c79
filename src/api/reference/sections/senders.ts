// The reference on who sends: domains, keys, SMTP logins.
import type { Section } from '../types.ts';

export const domains: Section = {
  id: 'domains',
  title: 'Sending domains',
  about:
    'A domain is verified when its DKIM key or its challenge of this account is in DNS. Each record says what is expected and what is there.',
  calls: {
    'POST /v1/domains': {
      summary: 'Add a sending domain; the answer has the records to publish',
      body: { name: 'shop.example.net' },
      errors: ['already_exists'],
    },
    'GET /v1/domains': { summary: 'Sending domains', query: 'limit=1' },
    'GET /v1/domains/{name}': { summary: 'One domain with its records' },
    'POST /v1/domains/{name}/verify': { summary: 'Look at DNS now' },
    'GET /v1/domains/{name}/seen': { summary: 'SPF, DKIM and DMARC of its mail as a receiver would judge them now' },
    'PATCH /v1/domains/{name}': {
      summary: 'TLS of mail from the domain, and the MTA-STS policy that senders to it get',
      body: { tls: 'required', mtaSts: 'testing' },
      errors: ['wrong_state'],
    },
    'POST /v1/domains/{name}/rotate': { summary: 'New DKIM keys: they sign as soon as their records are there', errors: ['wrong_state'] },
    'DELETE /v1/domains/{name}': { summary: 'Remove a domain: nothing is sent from it any more' },
  },
};

export const keys: Section = {
  id: 'keys',
  title: 'Keys and SMTP logins',
  about: 'Each is shown once and kept as a hash. One that is revoked ends within a second, everywhere.',
  calls: {
    'POST /v1/keys': { summary: 'Make a key; it is shown once', body: { name: 'shop backend', scopes: ['send', 'read'] } },
    'GET /v1/keys': { summary: 'Keys, without their secrets', query: 'limit=1' },
    'GET /v1/keys/{id}': { summary: 'One key' },
    'PATCH /v1/keys/{id}': { summary: 'Rename a key', body: { name: 'shop backend 2' } },
    'DELETE /v1/keys/{id}': { summary: 'Revoke a key', errors: ['wrong_state'] },
    'POST /v1/smtp-credentials': { summary: 'Make an SMTP login; the password is shown once', body: { name: 'printer' } },
    'GET /v1/smtp-credentials': { summary: 'SMTP logins', query: 'limit=1' },
    'GET /v1/smtp-credentials/{id}': { summary: 'One SMTP login' },
    'PATCH /v1/smtp-credentials/{id}': { summary: 'Rename an SMTP login', body: { name: 'printer 2' } },
    'DELETE /v1/smtp-credentials/{id}': { summary: 'Revoke an SMTP login' },
  },
};
