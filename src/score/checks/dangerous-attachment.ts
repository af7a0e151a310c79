// An attachment of a kind that carries attacks.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const dangerousAttachment: Check = {
  id: 'dangerous-attachment',
  part: 'content',
  severity: 'high',
  points: 4,
  title: says('A dangerous attachment', 'Lampiran berbahaya', '危险附件'),
  detail: says(
    '{}: programs, scripts and macros are refused by mailbox providers, and by Sesame.',
    '{}: program, skrip, dan makro ditolak oleh penyedia email dan oleh Sesame.',
    '{}：邮箱服务商和 Sesame 都拒收程序、脚本和宏。',
  ),
  fix: says(
    'Send a link to a page where it can be fetched.',
    'Kirim tautan ke halaman tempat berkas dapat diambil.',
    '改为发送下载页面的链接。',
  ),
  find: mail => {
    const found = mail.facts.virus?.found.find(one => one.class === 'refused_type' || one.class === 'heuristic');
    return found ? { where: { part: found.path, line: null }, value: `${found.fileName ?? found.path} (${found.name})` } : null;
  },
  examples: {
    yes: [
      [
        letter('x'),
        { virus: { verdict: 'FAIL', found: [{ class: 'refused_type', name: 'refused_type.exe', path: '2', fileName: 'setup.exe' }] } },
      ],
    ],
    no: [letter('x'), [letter('x'), { virus: { verdict: 'PASS', found: [] } }]],
  },
};
