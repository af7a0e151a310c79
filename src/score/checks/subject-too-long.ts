// A subject that nobody sees the end of.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

const LONGEST = 150;

export const subjectTooLong: Check = {
  id: 'subject-too-long',
  part: 'content',
  severity: 'low',
  points: 0.5,
  title: says('The subject is too long', 'Subjek terlalu panjang', '主题过长'),
  detail: says(
    'It has {} characters; phones show about 40, desktops about 70.',
    'Panjangnya {} karakter; ponsel menampilkan sekitar 40, desktop sekitar 70.',
    '共 {} 个字符；手机约显示 40 个，桌面约 70 个。',
  ),
  fix: says('Say the main thing in the first 50 characters.', 'Sampaikan inti dalam 50 karakter pertama.', '把要点放在前 50 个字符内。'),
  find: mail => (mail.read.subject.length > LONGEST ? inField('subject', String(mail.read.subject.length)) : null),
  examples: {
    yes: [letter('x', 'Your October reading list from Riverside Books '.repeat(5))],
    no: [letter('x', 'Your October reading list from Riverside Books')],
  },
};
