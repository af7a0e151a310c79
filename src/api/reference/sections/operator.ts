// The reference on what is the operator's: accounts, sending IPs, the installation; and what needs no key.
import type { Section } from '../types.ts';

export const accounts: Section = {
  id: 'accounts',
  title: 'Accounts and standing',
  about:
    'The operator makes accounts, sets their limits, suspends with a reason and reinstates with a note. An account always sees its own standing.',
  calls: {
    'POST /v1/accounts': { summary: 'Make an account', body: { name: 'Shop', contact: 'owner@example.org' } },
    'GET /v1/accounts': { summary: 'Accounts', query: 'limit=1' },
    'GET /v1/accounts/self': { summary: 'The account of this key' },
    'GET /v1/accounts/{id}': { summary: 'One account' },
    'PATCH /v1/accounts/{id}': { summary: 'Limits, levels and policies of an account', body: { quota: { perDay: 20_000, perSecond: 20 } } },
    'POST /v1/accounts/{id}/suspend': {
      summary: 'Suspend an account: it sends nothing, what waits stays sealed',
      body: { reason: 'Complaints above 0.3% since Monday.' },
      follows: '`suspended`.',
    },
    'GET /v1/accounts/{id}/standing': { summary: 'Standing with rules and evidence, also while suspended' },
    'GET /v1/accounts/{id}/standing/dry-run': { summary: 'What the rules decide over what happened' },
    'GET /v1/accounts/{id}/level-moves': { summary: 'Why the levels of its domains moved' },
    'POST /v1/sign-up': { summary: 'Ask for an account, where the operator lets people; a link is mailed to the contact' },
    'POST /v1/accounts/{id}/appeal': {
      summary: 'An account’s word against its suspension',
      body: { words: 'The list is cleaned.' },
      errors: ['wrong_state'],
    },
    'POST /v1/accounts/{id}/reinstate': {
      summary: 'Reinstate an account',
      body: { note: 'List cleaned, consent shown.' },
      follows: '`reinstated`.',
    },
    'DELETE /v1/accounts/{id}': { summary: 'Remove an account that has no mail waiting', errors: ['wrong_state'] },
    'DELETE /v1/recipients/{address}': { summary: 'Erase one person’s metadata' },
  },
};

export const delivery: Section = {
  id: 'delivery',
  title: 'Sending IPs, pools, pace',
  about: 'IPs are checked before and while they send; pools say who sends from which; pace is learned by mailbox provider.',
  calls: {
    'GET /v1/sending-ips': { summary: 'Sending IPs and their states' },
    'GET /v1/sending-ips/{ip}': { summary: 'One sending IP with its checks and history' },
    'PATCH /v1/sending-ips/{ip}': {
      summary: 'Rest, resume, declare warm, or move to a pool',
      body: { rest: 'New cables on Sunday.' },
      errors: ['wrong_state'],
    },
    'POST /v1/sending-ips/{ip}/check': { summary: 'Check one sending IP now' },
    'POST /v1/pools': { summary: 'Make a pool', body: { name: 'gold' }, errors: ['already_exists'] },
    'GET /v1/pools': { summary: 'Pools of sending IPs' },
    'GET /v1/pools/{name}': { summary: 'One pool' },
    'PATCH /v1/pools/{name}': { summary: 'Set the IPs or the accounts of a pool', body: { accounts: [] } },
    'DELETE /v1/pools/{name}': { summary: 'Delete a pool: its IPs go back to shared', errors: ['wrong_state'] },
    'GET /v1/shaping': { summary: 'Learned limits by sending IP and mailbox provider' },
    'POST /v1/destinations': {
      summary: 'Hold mail to a destination to TLS',
      body: { pattern: 'bank.example', tls: 'verified' },
      errors: ['already_exists'],
    },
    'GET /v1/destinations': { summary: 'Destinations with a rule', query: 'limit=1' },
    'GET /v1/destinations/{pattern}': { summary: 'One rule' },
    'PATCH /v1/destinations/{pattern}': { summary: 'Change a rule', body: { tls: 'required' } },
    'DELETE /v1/destinations/{pattern}': { summary: 'Remove a rule' },
  },
};

export const installation: Section = {
  id: 'installation',
  title: 'The installation',
  about: 'For the operator, for monitoring, and what everybody may know.',
  calls: {
    'GET /v1/doctor': { summary: 'Check names, sending IPs, ports, certificates, scanner, disk: what is, and what to do' },
    'POST /v1/doctor/set-aside': {
      summary: 'Set a finding aside, with the reason',
      body: { group: 'Certificates', name: 'mx.sesame.test', reason: 'A test machine.' },
      errors: ['wrong_state'],
    },
    'GET /v1/doctor/set-aside': { summary: 'Findings that were set aside' },
    'DELETE /v1/doctor/set-aside/{group}/{name}': { summary: 'Take it back: it is told again' },
    'GET /v1/audit': { summary: 'What operators did, newest first', query: 'action=doctor&limit=1' },
    'GET /v1/tls': { summary: 'Certificates in service, TLSA records, versions' },
    'GET /v1/limits': { summary: 'Every bound that a client may meet' },
    'GET /healthz': { summary: 'The process is alive' },
    'GET /readyz': { summary: 'It takes mail: 200, or 503 with what is missing' },
    'GET /metrics': { summary: 'Prometheus' },
    'GET /openapi.json': { summary: 'This reference as OpenAPI 3.1' },
    'GET /docs': { summary: 'This page' },
    'GET /docs/errors': { summary: 'Error codes' },
    'GET /.well-known/acme-challenge/{token}': { summary: 'The answer to an ACME HTTP-01 challenge' },
    'GET /.well-known/mta-sts.txt': { summary: 'The MTA-STS policy of the domain whose mta-sts host is asked' },
  },
};
