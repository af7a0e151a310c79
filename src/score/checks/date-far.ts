// A Date far from now.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { NOW } from '../example.ts';
import { inField } from '../mail.ts';

/** Half a year: nobody's clock is that wrong. */
const FAR_MS = 182 * 24 * 3_600_000;

export const dateFar: Check = {
  id: 'date-far',
  part: 'structure',
  severity: 'medium',
  points: 1,
  title: says('The Date is far from today', 'Date jauh dari hari ini', 'Date 与今天相差太远'),
  detail: says(
    'It says {}. The mail is sorted out of sight, and filters count it as forged.',
    'Tertulis {}. Email tersusun jauh dari pandangan, dan filter menganggapnya palsu.',
    '其值为 {}。邮件会被排到视线之外，过滤器会视为伪造。',
  ),
  fix: says(
    'Set Date when the mail is sent, by a clock that is right.',
    'Isi Date saat email dikirim, dengan jam yang benar.',
    '发送时用准确的时钟写入 Date。',
  ),
  find: mail => {
    const at = Date.parse((mail.fields('date')[0] ?? '').replace(/\([^()]*\)\s*$/, ''));
    const { now } = mail.facts;
    return now !== undefined && Math.abs(at - now) > FAR_MS ? inField('date', new Date(at).toISOString().slice(0, 10)) : null;
  },
  examples: {
    yes: [[letter('x', 'Hello', 'Date: Thu, 21 Nov 2024 09:30:00 +0000\n'), { now: NOW }]],
    no: [
      [letter('x', 'Hello', 'Date: Sat, 21 Nov 2026 09:30:00 +0000\n'), { now: NOW }],
      letter('x', 'Hello', 'Date: Thu, 21 Nov 2024 09:30:00 +0000\n'),
      [letter('x'), { now: NOW }],
    ],
  },
};
