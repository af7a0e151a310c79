// Lines over 998 octets (RFC 5322 section 2.1.1).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

const LONGEST = 998;

/** Length and offset of the first line that is too long. */
function firstLong(raw: Buffer): { readonly at: number; readonly length: number } | null {
  for (let at = 0; at < raw.length;) {
    const end = raw.indexOf(10, at);
    const stop = end < 0 ? raw.length : end;
    const length = stop - at - (raw[stop - 1] === 13 ? 1 : 0);
    if (length > LONGEST) return { at, length };
    at = stop + 1;
  }
  return null;
}

export const lineTooLong: Check = {
  id: 'line-too-long',
  part: 'structure',
  severity: 'medium',
  points: 0.7,
  title: says('A line is too long', 'Ada baris yang terlalu panjang', '行过长'),
  detail: says(
    'It has {} octets; at most 998 are allowed, and servers break or refuse longer ones, which breaks DKIM.',
    'Panjangnya {} oktet; paling banyak 998, dan server memotong atau menolak yang lebih panjang sehingga DKIM rusak.',
    '该行有 {} 字节；上限为 998，更长的行会被截断或拒收，并破坏 DKIM。',
  ),
  fix: says(
    'Encode the part as quoted-printable or base64.',
    'Sandikan bagian itu sebagai quoted-printable atau base64.',
    '用 quoted-printable 或 base64 编码该部分。',
  ),
  find: mail => {
    const { raw, leaves, headers } = mail.message;
    const long = firstLong(raw);
    if (!long) return null;
    if (long.at < headers.bodyStart) return { where: null, value: String(long.length) };
    const line = raw.toString('latin1', long.at, long.at + 100);
    const leaf = leaves.find(one => one.reading === 'main' && one.source.includes(line, 0, 'latin1'));
    return {
      where: leaf
        ? { part: leaf.path, line: leaf.source.toString('latin1', 0, leaf.source.indexOf(line, 0, 'latin1')).split('\n').length }
        : null,
      value: String(long.length),
    };
  },
  examples: { yes: [letter('word '.repeat(250))], no: [letter('word '.repeat(190))] },
};
