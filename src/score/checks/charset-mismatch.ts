// Bytes that the declared charset does not have.
import { mail as letter } from '../../filter/rules/rule.ts';
import { wrongCharset } from '../charset.ts';
import { says, type Check } from '../check.ts';

export const charsetMismatch: Check = {
  id: 'charset-mismatch',
  part: 'structure',
  severity: 'medium',
  points: 0.7,
  title: says('The charset does not fit the text', 'Charset tidak sesuai dengan teks', '字符集与正文不符'),
  detail: says(
    'Declared is {}, and the bytes are something else: letters are shown garbled.',
    'Dinyatakan {}, tetapi bitanya lain: huruf tampil kacau.',
    '声明为 {}，实际字节却不是：会显示乱码。',
  ),
  fix: says(
    'Write the text in UTF-8 and declare charset=utf-8.',
    'Tulis teks dalam UTF-8 dan nyatakan charset=utf-8.',
    '使用 UTF-8 并声明 charset=utf-8。',
  ),
  find: mail => {
    for (const leaf of [...mail.plains, ...mail.pages].slice(0, 10)) {
      const declared = wrongCharset(leaf);
      if (declared !== null) return { where: { part: leaf.path, line: null }, value: declared };
    }
    return null;
  },
  examples: {
    yes: [
      'From: a@a.example\nContent-Type: text/plain; charset=us-ascii\n\nCafé\n',
      'From: a@a.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nCaf=E9\n',
      'From: a@a.example\nContent-Type: text/plain; charset=gb2312\n\n十月书单\n',
    ],
    no: [
      'From: a@a.example\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: quoted-printable\n\n=CA=AE=D4=C2=CA=E9=B5=A5\n',
      letter('Café'),
      'From: a@a.example\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nCaf=E9\n',
    ],
  },
};
