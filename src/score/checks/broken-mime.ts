// Parts that can be read in two ways (RFC 2045, 2046).
import { mail as letter } from '../../filter/rules/rule.ts';
import type { Note } from '../../message/walk.ts';
import { says, type Check } from '../check.ts';

const NOTES: readonly Note[] = [
  'two_content_types',
  'two_transfer_encodings',
  'two_boundaries',
  'unknown_transfer_encoding',
  'no_boundary',
  'broken_header',
  'encoded_multipart',
  'base64_after_padding',
];

export const brokenMime: Check = {
  id: 'broken-mime',
  part: 'structure',
  severity: 'high',
  points: 1.5,
  title: says('The MIME structure is broken', 'Struktur MIME rusak', 'MIME 结构有误'),
  detail: says(
    'Two programs can read this mail in two ways ({}). Receivers refuse or quarantine such mail.',
    'Dua program dapat membaca email ini secara berbeda ({}). Penerima menolak atau mengarantina email seperti ini.',
    '不同程序会读出不同内容（{}）。收件方会拒收或隔离此类邮件。',
  ),
  fix: says(
    'Let a mail library build the message: one Content-Type, one encoding, one boundary.',
    'Biarkan pustaka email menyusun pesan: satu Content-Type, satu penyandian, satu boundary.',
    '请用邮件库生成：一个 Content-Type、一种编码、一个 boundary。',
  ),
  find: mail => {
    const found = NOTES.filter(note => mail.message.notes.has(note));
    return found.length > 0 ? { where: null, value: found.join(', ') } : null;
  },
  examples: {
    yes: ['From: a@a.example\nContent-Type: multipart/mixed\n\nx\n', 'From: a@a.example\nContent-Transfer-Encoding: base128\n\nx\n'],
    no: [letter('x')],
  },
};
