// Runs of exclamation marks and symbols in the subject.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const subjectPunctuation: Check = {
  id: 'subject-punctuation',
  part: 'content',
  severity: 'medium',
  points: 0.7,
  title: says('The subject is full of marks', 'Subjek penuh tanda baca', '主题标点过多'),
  detail: says('Runs of {} are a mark of spam.', 'Deretan {} adalah ciri spam.', '连续的 {} 是垃圾邮件的特征。'),
  fix: says('Leave the marks out, or keep one.', 'Hapus tanda itu, atau sisakan satu.', '去掉或只留一个。'),
  find: mail => {
    const run = /[!?！？]{2,}|[$€£¥₿]{2,}|[*#%~^=+★☆✓✔❤♥🔥💰]{3,}/u.exec(mail.read.subject)?.[0];
    return run === undefined ? null : inField('subject', run.slice(0, 10));
  },
  examples: {
    yes: [letter('x', '!!! Your reading list $$$ !!!'), letter('x', '限时优惠！！')],
    no: [letter('x', 'Your list is ready!'), letter('x', 'Invoice #42, $12')],
  },
};
