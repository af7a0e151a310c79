// Neither SPF nor DKIM vouches for the From domain (RFC 9989): only known of mail that came by its own way.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const dmarcFails: Check = {
  id: 'dmarc-fails',
  part: 'identity',
  severity: 'high',
  points: 2,
  title: says('DMARC does not pass', 'DMARC tidak lolos', 'DMARC 未通过'),
  detail: says(
    'Neither SPF nor a signature of {} vouches for the mail: receivers may refuse it, whatever its text.',
    'SPF maupun tanda tangan {} tidak menjamin email itu: penerima dapat menolaknya apa pun isinya.',
    'SPF 与 {} 的签名均未通过：无论内容如何，收件方都可能拒收。',
  ),
  fix: says(
    'Sign the mail with DKIM of the From domain, or send with an envelope sender of that domain.',
    'Tanda tangani email dengan DKIM domain From, atau kirim dengan pengirim amplop dari domain itu.',
    '用 From 域名的 DKIM 签名，或使用该域名的信封发件人发送。',
  ),
  find: mail => {
    const { identity } = mail.facts;
    return identity?.path?.dmarc === 'fail' ? inField('from', identity.domain) : null;
  },
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', path: { spf: 'pass', dmarc: 'fail' } } }]],
    no: [
      letter('x'),
      [letter('x'), { identity: { domain: 'example.com', path: { spf: 'fail', dmarc: 'pass' } } }],
      [letter('x'), { identity: { domain: 'example.com', path: { spf: 'none', dmarc: 'none' } } }],
    ],
  },
};
