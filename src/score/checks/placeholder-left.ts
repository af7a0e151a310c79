// A template's placeholder that nobody filled.
import { mail as letter, page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

const PLACEHOLDER =
  /\{\{\{?\s?[#/^]?[\p{L}\w.$ -]{1,60}\}\}|\{%[^%{}]{1,60}%\}|%%[\p{L}\w.-]{1,40}%%|\*\|[\w:.-]{1,40}\|\*|<%=?[^%<>]{1,60}%>|\$\{[\w.]{1,40}\}|\[\[[\p{L}\w. -]{1,40}\]\]|\[(?:FIRST|LAST)?[ _]?NAME\]/iu;
/** Braces alone are in code as well: only behind a greeting. */
const GREETED = /(?:\b(?:hi|hello|dear|halo|hai|yth\.?|kepada|bapak|ibu)|尊敬的|亲爱的|您好[,，]?)\s?[{[][\p{L}\w ]{1,30}[}\]]/iu;
const EMPTIED = /\b(?:hi|hello|dear|halo|hai|hallo|bonjour|hola)\s+(?:undefined|null|none|nan)\b/i;
/** Marks that editors leave behind; what is written for Outlook alone is shown there. */
const COMMENT = /<!--(?!\[if)(?:(?!<!--|-->)[^]){0,400}-->/gi;
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
    for (const text of [mail.read.subject, mail.html.replace(COMMENT, ''), mail.plain]) {
      const own = mail.facts.adds?.unsubscribe === true ? text.replace(FILLED_BY_US, '') : text;
      const left = PLACEHOLDER.exec(own)?.[0] ?? GREETED.exec(own)?.[0] ?? EMPTIED.exec(own)?.[0];
      if (left !== undefined) return { where: text === mail.read.subject ? { field: 'subject' } : mail.placeOf(left), value: left };
    }
    return null;
  },
  examples: {
    yes: [
      letter('Hello {{first_name}},'),
      letter('Hello *|FNAME|*'),
      letter('Dear undefined,'),
      letter('x', 'Hi %%NAME%%'),
      letter('Halo {nama},'),
      letter('尊敬的 {{姓名}}：'),
    ],
    no: [
      letter('Hello Maria, 100 % and {braces} are fine'),
      letter('The route is /users/{name}, as before.'),
      page('<!--*|IF:MC_PREVIEW_TEXT|*--><p>Hello</p>'),
      [page('<a href="{{unsubscribe}}">Unsubscribe</a>'), { adds: { unsubscribe: true, oneClick: true } }],
    ],
  },
};
