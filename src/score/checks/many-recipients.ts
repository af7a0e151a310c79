// Many addresses in To and Cc.
import { mail as letter } from '../../filter/rules/rule.ts';
import { parseMailboxes } from '../../message/addresses.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

const MOST = 20;

export const manyRecipients: Check = {
  id: 'many-recipients',
  part: 'structure',
  severity: 'medium',
  points: 1,
  title: says('Many recipients see each other', 'Banyak penerima saling melihat', '众多收件人互相可见'),
  detail: says(
    'To and Cc name {} addresses. That gives addresses away, and filters take it for bulk mail.',
    'To dan Cc memuat {} alamat. Alamat terbuka bagi semua, dan filter menganggapnya email massal.',
    'To 与 Cc 中有 {} 个地址。这会泄露地址，过滤器也会视为群发。',
  ),
  fix: says('Send each recipient a mail of their own.', 'Kirim email terpisah untuk setiap penerima.', '向每位收件人单独发送。'),
  find: mail => {
    const count = [...mail.fields('to'), ...mail.fields('cc')].reduce((sum, value) => sum + parseMailboxes(value).length, 0);
    return count > MOST ? inField('to', String(count)) : null;
  },
  examples: {
    yes: [letter('x', 'Hello', `To: ${Array.from({ length: 60 }, (_, n) => `r${n}@example.net`).join(',\n ')}\n`)],
    no: [letter('x', 'Hello', 'To: a@example.net, b@example.net\n')],
  },
};
