// A sender domain that takes no mail (RFC 5321 section 5.1).
import { mail as letter } from '../../filter/rules/rule.ts';
import { domainHit } from '../answers.ts';
import { says, type Check } from '../check.ts';

export const fromUnreachable: Check = {
  id: 'from-unreachable',
  part: 'identity',
  severity: 'high',
  points: 1.5,
  title: says('The sender domain takes no mail', 'Domain pengirim tidak menerima email', '发件域名无法收信'),
  detail: says(
    '{} has neither MX nor address: answers bounce, and receivers refuse such senders.',
    '{} tidak memiliki MX maupun alamat: balasan terpental, dan penerima menolak pengirim seperti ini.',
    '{} 既无 MX 也无地址记录：回复会退回，收件方会拒收。',
  ),
  fix: says('Publish an MX record for the domain.', 'Terbitkan data MX untuk domain itu.', '为该域名发布 MX 记录。'),
  find: mail => domainHit(mail, 'receives'),
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', receives: 'missing' } }]],
    no: [letter('x'), [letter('x'), { identity: { domain: 'example.com', receives: 'ok' } }]],
  },
};
