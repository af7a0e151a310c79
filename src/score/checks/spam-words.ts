// Wording that spam is made of.
import type { Matter } from '../../filter/phrases.ts';
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inPlace } from '../mail.ts';

/** Matters that honest mail seldom speaks of, and how many phrases of them are too many. Loans and parcels are somebody's business. */
const MATTERS: readonly Matter[] = ['claims', 'prize', 'profit', 'gambling', 'pills', 'adult', 'extortion', 'fund', 'crypto', 'urgency'];
const TOO_MANY = 4;

export const spamWords: Check = {
  id: 'spam-words',
  part: 'content',
  severity: 'medium',
  points: 1.5,
  title: says('Typical wording of spam', 'Kata-kata khas spam', '典型的垃圾邮件用语'),
  detail: says(
    '{} phrases of prizes, easy money, urgency and the like.',
    '{} frasa tentang hadiah, uang mudah, desakan, dan sejenisnya.',
    '含 {} 处关于奖品、轻松赚钱、催促等的用语。',
  ),
  fix: says(
    'Say plainly what you offer; leave out promises, capitals and pressure.',
    'Sampaikan tawaran dengan lugas; tanpa janji, huruf besar, dan tekanan.',
    '平实说明内容；去掉承诺、大写和催促。',
  ),
  find: mail => {
    const said = MATTERS.reduce((sum, matter) => sum + mail.read.said(matter), 0);
    return said >= TOO_MANY ? { ...inPlace(mail), value: String(said) } : null;
  },
  examples: {
    yes: [
      letter(
        'FREE MONEY!!! You have been selected as a WINNER. Act now, limited time offer, 100% risk free, click here to claim your cash bonus, no credit check.',
      ),
    ],
    no: [letter('Thursday at noon works for me. I will book the table by the window.')],
  },
};
