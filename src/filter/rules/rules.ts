// All rules in the order of the model file, and the known patterns, which need no weight.
import { IDENTITY } from './identity.ts';
import { LINKS } from './links.ts';
import { MATTER_RULES } from './matters.ts';
import { GTUBE, mail, type Rule } from './rule.ts';
import { STRUCTURE } from './structure.ts';
import { WORDING } from './wording.ts';

export const RULES: readonly Rule[] = [...MATTER_RULES, ...WORDING, ...LINKS, ...IDENTITY, ...STRUCTURE];

export const PATTERNS: readonly Rule[] = [
  {
    id: 'gtube',
    family: 'pattern',
    says: {
      en: 'The mail carries the test pattern for spam (GTUBE)',
      id: 'Email memuat pola uji spam (GTUBE)',
      zh: '邮件含垃圾邮件测试串（GTUBE）',
    },
    holds: read => read.contains(GTUBE),
    examples: { yes: [mail(GTUBE), mail('x', GTUBE)], no: [mail(GTUBE.slice(1)), mail('The GTUBE pattern is a test.')] },
  },
];
