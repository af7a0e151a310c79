// An attachment that no scanner can look into.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const attachmentUnscannable: Check = {
  id: 'attachment-unscannable',
  part: 'structure',
  severity: 'high',
  points: 2,
  title: says('An attachment could not be scanned', 'Lampiran tidak dapat dipindai', '附件无法扫描'),
  detail: says(
    '{}: receivers refuse what they cannot look into.',
    '{}: penerima menolak yang tidak dapat diperiksa.',
    '{}：收件方会拒收无法检查的附件。',
  ),
  fix: says('Send it unencrypted, or a link to it.', 'Kirim tanpa enkripsi, atau kirim tautannya.', '发送未加密的文件，或改发链接。'),
  find: mail => {
    const found = mail.facts.virus?.found.find(one => one.class === 'unscannable');
    return found ? { where: { part: found.path, line: null }, value: `${found.fileName ?? found.path} (${found.name})` } : null;
  },
  examples: {
    yes: [
      [
        letter('x'),
        { virus: { verdict: 'FAIL', found: [{ class: 'unscannable', name: 'encrypted_archive', path: '2', fileName: 'a.zip' }] } },
      ],
    ],
    no: [letter('x'), [letter('x'), { virus: { verdict: 'PASS', found: [] } }]],
  },
};
