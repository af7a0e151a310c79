// An MTA-STS record that no sender can read (RFC 8461 section 3.1).
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

export const mtaStsBroken: Check = {
  id: 'mta-sts-broken',
  part: 'identity',
  severity: 'low',
  points: 0.3,
  title: says('The MTA-STS record is broken', 'Data MTA-STS rusak', 'MTA-STS 记录有误'),
  detail: says(
    '_mta-sts.{} has no policy id that can be read, or two records: nobody asks for the policy, and answers to you may come in clear.',
    '_mta-sts.{} tidak memiliki id kebijakan yang dapat dibaca, atau ada dua data: kebijakannya tidak dibaca, dan balasan kepada Anda dapat datang tanpa enkripsi.',
    '_mta-sts.{} 没有可读的策略 id，或有两条记录：对方不会读取策略，给您的回信可能以明文到达。',
  ),
  fix: says(
    'Publish one TXT record: "v=STSv1; id=20261201".',
    'Terbitkan satu data TXT: "v=STSv1; id=20261201".',
    '只发布一条 TXT 记录："v=STSv1; id=20261201"。',
  ),
  find: ({ facts: { identity } }) => (identity?.mtaSts === 'broken' ? inField('from', identity.domain) : null),
  examples: {
    yes: [[letter('x'), { identity: { domain: 'example.com', mtaSts: 'broken' } }]],
    no: [
      letter('x'),
      [letter('x'), { identity: { domain: 'example.com', mtaSts: 'missing' } }],
      [letter('x'), { identity: { domain: 'example.com', mtaSts: 'ok' } }],
    ],
  },
};
