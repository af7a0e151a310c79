// 8-bit text in the header without an encoding (RFC 2047).
import { isAscii } from 'node:buffer';
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const raw8bitHeader: Check = {
  id: 'raw-8bit-header',
  part: 'structure',
  severity: 'medium',
  points: 0.7,
  title: says('Unencoded letters in the header', 'Huruf tanpa penyandian di header', '邮件头含未编码字符'),
  detail: says(
    'Bytes above ASCII stand as they are: many servers show them garbled or refuse the mail.',
    'Bita di atas ASCII ditulis apa adanya: banyak server menampilkannya kacau atau menolak email.',
    '邮件头直接含有非 ASCII 字节：许多服务器会显示乱码或拒收。',
  ),
  fix: says(
    'Encode the field as in RFC 2047: =?utf-8?B?…?=.',
    'Sandikan bidang menurut RFC 2047: =?utf-8?B?…?=.',
    '按 RFC 2047 编码：=?utf-8?B?…?=。',
  ),
  find: mail => {
    const { raw, headers } = mail.message;
    const field = headers.fields.find(({ start, end }) => !isAscii(raw.subarray(start, end)));
    return field ? inField(field.name) : null;
  },
  examples: { yes: [letter('x', 'Réservé')], no: [letter('Réservé', '=?utf-8?B?UsOpc2VydsOp?=')] },
};
