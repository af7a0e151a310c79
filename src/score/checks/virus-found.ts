// Malware that a signature knows.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const virusFound: Check = {
  id: 'virus-found',
  part: 'content',
  severity: 'high',
  points: 10,
  title: says('Virus found', 'Virus ditemukan', '发现病毒'),
  detail: says(
    '{}. Mail with malware is never sent.',
    '{}. Email dengan malware tidak pernah dikirim.',
    '{}。含恶意软件的邮件绝不会发出。',
  ),
  fix: says(
    'Remove the attachment and check the machine that it came from.',
    'Hapus lampiran dan periksa mesin asalnya.',
    '删除该附件，并检查来源主机。',
  ),
  find: mail => {
    const found = mail.facts.virus?.found.find(one => one.class === 'infected');
    return found ? { where: { part: found.path, line: null }, value: found.name } : null;
  },
  examples: {
    yes: [
      [
        letter('x'),
        { virus: { verdict: 'FAIL', found: [{ class: 'infected', name: 'Eicar-Test-Signature', path: '2', fileName: 'a.txt' }] } },
      ],
    ],
    no: [letter('x'), [letter('x'), { virus: { verdict: 'PASS', found: [] } }]],
  },
};
