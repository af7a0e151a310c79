// No DMARC record (RFC 9989).
import { mail as letter } from '../../filter/rules/rule.ts';
import { domainHit } from '../answers.ts';
import { says, type Check } from '../check.ts';

export const dmarcMissing: Check = {
  id: 'dmarc-missing',
  part: 'identity',
  severity: 'high',
  points: 1,
  title: says('DMARC is missing or broken', 'DMARC tidak ada atau rusak', 'DMARC 缺失或有误'),
  detail: says(
    '{} has no valid DMARC record; Gmail and Yahoo ask bulk senders for one.',
    '{} tidak memiliki data DMARC yang sah; Gmail dan Yahoo mewajibkannya bagi pengirim massal.',
    '{} 没有有效的 DMARC 记录；Gmail 与 Yahoo 对群发有此要求。',
  ),
  fix: says(
    'Publish "v=DMARC1; p=none" at _dmarc of the domain, and more when its reports are clean.',
    'Terbitkan "v=DMARC1; p=none" di _dmarc domain itu, lalu perketat bila laporannya bersih.',
    '在该域名的 _dmarc 发布“v=DMARC1; p=none”，报告无误后再收紧。',
  ),
  find: mail => domainHit(mail, 'dmarc'),
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', dmarc: 'broken' } }]],
    no: [letter('x'), [letter('x'), { identity: { domain: 'example.com', dmarc: 'ok' } }]],
  },
};
