// A template's placeholder that nobody filled.
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

const PLACEHOLDER =
  /\{\{\{?\s?[#/^]?[\w.$ -]{1,60}\}\}|\{%[^%{}]{1,60}%\}|%%[\w.-]{1,40}%%|\*\|[\w:.-]{1,40}\|\*|<%=?[^%<>]{1,60}%>|\$\{[\w.]{1,40}\}|\[\[[\w. -]{1,40}\]\]|\[(?:FIRST|LAST)?[ _]?NAME\]/i;
const EMPTIED = /\b(?:hi|hello|dear|halo|hai|hallo|bonjour|hola)\s+(?:undefined|null|none|nan)\b/i;
const FILLED_BY_US = /\{\{\s?unsubscribe\s?\}\}/g;

export const placeholderLeft: Check = {
  id: 'placeholder-left',
  part: 'content',
  severity: 'high',
  points: 2,
  title: says('A placeholder was not filled', 'Penanda templat belum terisi', '模板占位符未填充'),
  detail: says('{} stands in the mail as it is.', '{} tampil apa adanya di email.', '{} 原样出现在邮件中。'),
  fix: says('Fill it, or give it a fallback.', 'Isi, atau beri nilai cadangan.', '填入内容，或设置默认值。'),
  find: mail => {
    for (const text of [mail.read.subject, mail.html, mail.plain]) {
      const own = mail.facts.adds?.unsubscribe === true ? text.replace(FILLED_BY_US, '') : text;
      const left = PLACEHOLDER.exec(own)?.[0] ?? EMPTIED.exec(own)?.[0];
      if (left !== undefined) return { where: text === mail.read.subject ? { field: 'subject' } : mail.placeOf(left), value: left };
    }
    return null;
  },
  examples: {
    yes: [letter('Hello {{first_name}},'), letter('Hello *|FNAME|*'), letter('Dear undefined,'), letter('x', 'Hi %%NAME%%')],
    no: [
      letter('Hello Maria, 100 % and {braces} are fine'),
      [page('<a href="{{unsubscribe}}">Unsubscribe</a>'), { adds: { unsubscribe: true, oneClick: true } }],
    ],
  },
};
