// What wanted mail does too: the same encodings, hidden previews and quotations, which must not make it spam.
import { PAGES } from './html.ts';
import { LETTERS } from './letters.ts';
import { WRAPPED } from './mime.ts';
import { asPage, part, send, several, type Trick } from './base.ts';
import { DRESSED } from './structure.ts';

const USED_BY_ALL = new Set(
  'entities_decimal entities_hex base64 every_byte_quoted gbk utf_16 nested preamble text_part_empty quoted answer forward list_footer signature confidential_notice soft_hyphen wbr styled_spans salad_display_none upper_case_tags in_message subject_quoted subject_letter_by_letter scheme_relative'.split(
    ' ',
  ),
);

/** A preview line as newsletters hide it, padded so that nothing else shows in it. */
const preheader: Trick = {
  id: 'preheader',
  group: 'html',
  disguise: mail =>
    asPage(
      mail,
      mail.html.replace(
        /<body[^>]*>|^/i,
        start =>
          `${start}<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden">${mail.text.slice(0, 90).replace(/[<&]/g, ' ')}${'&nbsp;&zwnj;'.repeat(80)}</div>`,
      ),
    ),
};
/** Columns of letters of zero size between them, as newsletters are built. */
const zeroColumns: Trick = {
  id: 'zero_columns',
  group: 'html',
  disguise: mail =>
    asPage(
      mail,
      `<table><tr><td style="font-size:0;line-height:0"><div style="display:inline-block;font-size:16px;line-height:20px">${mail.html.replace(/<\/?(?:html|body|head)[^>]*>/gi, '')}</div></td></tr></table>`,
    ),
};
const phoneOnly: Trick = {
  id: 'style_for_phones',
  group: 'html',
  disguise: mail =>
    asPage(
      mail,
      `<style>@media (max-width:600px){.wide{display:none!important}.narrow{display:block}}</style><div class="wide">${mail.html}</div>`,
    ),
};
const related: Trick = {
  id: 'related_picture',
  group: 'mime',
  disguise: mail =>
    send(
      mail,
      several('related', [
        part('text/html', `${mail.html}<img src="cid:logo">`),
        {
          head: ['Content-Type: image/png', 'Content-ID: <logo>', 'Content-Transfer-Encoding: base64'],
          content: Buffer.alloc(600, 7).toString('base64'),
        },
      ]),
    ),
};

export const FAIR: readonly Trick[] = [
  ...[...LETTERS, ...PAGES, ...WRAPPED, ...DRESSED].filter(trick => USED_BY_ALL.has(trick.id)),
  preheader,
  zeroColumns,
  phoneOnly,
  related,
];
