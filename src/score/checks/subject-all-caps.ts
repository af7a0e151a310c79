// A subject in capitals.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

const LEAST_LETTERS = 10;
const CAPITALS = 0.8;

export const subjectAllCaps: Check = {
  id: 'subject-all-caps',
  part: 'content',
  severity: 'medium',
  points: 0.7,
  title: says('The subject shouts', 'Subjek ditulis dengan huruf besar', '主题全为大写'),
  detail: says('Capitals only are a mark of spam.', 'Huruf besar semua adalah ciri spam.', '全部大写是垃圾邮件的特征。'),
  fix: says('Write it as a sentence.', 'Tulis seperti kalimat biasa.', '按普通句子书写。'),
  find: mail => {
    const letters = mail.read.subject.match(/\p{Lu}|\p{Ll}/gu) ?? [];
    const capitals = letters.filter(one => /\p{Lu}/u.test(one)).length;
    return letters.length >= LEAST_LETTERS && capitals / letters.length > CAPITALS ? inField('subject') : null;
  },
  examples: {
    yes: [letter('x', 'YOUR OCTOBER READING LIST IS HERE')],
    no: [letter('x', 'Your October reading list'), letter('x', 'NATO and UN'), letter('x', '您的十月书单到了')],
  },
};
