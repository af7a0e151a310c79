// A signature in the message that does not hold.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

/** Words of RFC 8601 for a signature that is there and counts for nothing; `neutral`: no key, another body, a broken field. */
const BROKEN = new Set(['fail', 'neutral', 'permerror', 'policy']);

export const dkimBroken: Check = {
  id: 'dkim-broken',
  part: 'identity',
  severity: 'high',
  points: 1.5,
  title: says('The signature in the mail does not hold', 'Tanda tangan di email tidak sah', '邮件中的签名无效'),
  detail: says(
    'DKIM says {}: the mail was changed after it was signed, or the key is another.',
    'DKIM menyatakan {}: email diubah setelah ditandatangani, atau kuncinya lain.',
    'DKIM 结果为 {}：签名后邮件被改动，或密钥不符。',
  ),
  fix: says(
    'Leave the signature out: Sesame signs what it sends.',
    'Hapus tanda tangan itu: Sesame menandatangani yang dikirimnya.',
    '去掉该签名：Sesame 会为所发邮件签名。',
  ),
  find: mail => {
    const result = mail.facts.identity?.signature;
    return result !== undefined && BROKEN.has(result) ? inField('dkim-signature', result) : null;
  },
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', signature: 'fail' } }]],
    no: [
      letter('x'),
      [letter('x'), { identity: { domain: 'example.com', signature: 'temperror' } }],
      [letter('x'), { identity: { domain: 'example.com', signature: 'pass' } }],
    ],
  },
};
