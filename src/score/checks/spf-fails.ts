// The server that sent the mail is none that SPF allows (RFC 7208): only known of mail that came by its own way.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

const FAILS = new Set(['fail', 'softfail']);

export const spfFails: Check = {
  id: 'spf-fails',
  part: 'identity',
  severity: 'high',
  points: 1.5,
  title: says('SPF does not allow the server that sent it', 'SPF tidak mengizinkan server pengirim', 'SPF 不允许该发信服务器'),
  detail: says(
    'SPF says {} of the address that the mail came from.',
    'SPF menyatakan {} untuk alamat asal email itu.',
    'SPF 对来信地址的结果为 {}。',
  ),
  fix: says(
    'Add the addresses of your sending servers to the SPF record of the envelope sender.',
    'Tambahkan alamat server pengirim Anda ke data SPF pengirim amplop.',
    '将发信服务器的地址加入信封发件人域名的 SPF 记录。',
  ),
  find: mail => {
    const result = mail.facts.identity?.path?.spf;
    return result !== undefined && FAILS.has(result) ? inField('return-path', result) : null;
  },
  examples: {
    yes: [
      [letter('x'), { identity: { domain: 'example.com', path: { spf: 'fail', dmarc: 'pass' } } }],
      [letter('x'), { identity: { domain: 'example.com', path: { spf: 'softfail', dmarc: 'pass' } } }],
    ],
    no: [
      letter('x'),
      [letter('x'), { identity: { domain: 'example.com', path: { spf: 'neutral', dmarc: 'pass' } } }],
      [letter('x'), { identity: { domain: 'example.com', path: { spf: 'temperror', dmarc: 'pass' } } }],
    ],
  },
};
