// A BIMI record that shows no logo (draft-brand-indicators-for-message-identification).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const bimiBroken: Check = {
  id: 'bimi-broken',
  part: 'identity',
  severity: 'low',
  points: 0.3,
  title: says('The BIMI record shows no logo', 'Data BIMI tidak menampilkan logo', 'BIMI 记录无法显示徽标'),
  detail: says(
    'The record at default._bimi of {} stands twice, or its l= is no https address of a logo.',
    'Data di default._bimi milik {} ada dua, atau l= bukan alamat https sebuah logo.',
    '{} 的 default._bimi 记录重复，或其 l= 不是徽标的 https 地址。',
  ),
  fix: says(
    'Publish one record: "v=BIMI1; l=https://…/logo.svg", or none.',
    'Terbitkan satu data: "v=BIMI1; l=https://…/logo.svg", atau tidak sama sekali.',
    '只发布一条记录："v=BIMI1; l=https://…/logo.svg"，或不发布。',
  ),
  find: ({ facts: { identity } }) => (identity?.bimi === 'broken' ? inField('from', identity.domain) : null),
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', bimi: 'broken' } }]],
    no: [
      letter('x'),
      [letter('x'), { identity: { domain: 'example.com', bimi: 'missing' } }],
      [letter('x'), { identity: { domain: 'example.com', bimi: 'ok' } }],
    ],
  },
};
