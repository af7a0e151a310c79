// Pages that show one thing and hold another: hidden harmless text, tables of letters, pictures, payloads pushed out of sight.
import type { Random } from '../mail/random.ts';
import { asPage, pageOf, part, readable, send, several, type Mail, type Trick } from './base.ts';
import { salad } from './salad.ts';

const page = (id: string, make: (mail: Mail, random: Random) => string): Trick => ({
  id,
  group: 'html',
  disguise: (mail, random) => asPage(mail, make(mail, random)),
});

const atEnd = (html: string, more: string): string =>
  /<\/body>/i.test(html) ? html.replace(/<\/body>/i, () => `${more}</body>`) : html + more;
const atStart = (html: string, more: string): string =>
  /<body[^>]*>/i.test(html) ? html.replace(/<body[^>]*>/i, body => body + more) : more + html;

/** Harmless text that readers do not show, in front or behind. */
const hidden = (id: string, before: string, after: string, sheet = ''): Trick =>
  page(id, (mail, random) => {
    const block = before + salad(mail.lang, 40, random) + after;
    return sheet + (random.chance(0.5) ? atStart(mail.html, block) : atEnd(mail.html, block));
  });
/** The mail's own text made to look hidden to who reads attributes badly. */
const falselyHidden = (id: string, before: string, after: string): Trick =>
  page(id, mail => before + mail.html.replace(/<\/?(?:html|body|head)[^>]*>/gi, '') + after);

const letterCells = (text: string): string =>
  text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(
      line =>
        `<table><tr>${Array.from(line)
          .map(one => `<td>${one === ' ' ? '&nbsp;' : one === '<' || one === '&' ? '' : one}</td>`)
          .join('')}</tr></table>`,
    )
    .join('\n');
const firstLink = (mail: Mail): string => /<a\b[^>]*href="([^"]+)"/i.exec(mail.html)?.[1] ?? '';
const button = (mail: Mail): string => (firstLink(mail) === '' ? '' : `<p><a href="${firstLink(mail)}">OK</a></p>`);

export const PAGES: readonly Trick[] = [
  hidden('salad_display_none', '<div style="display:none">', '</div>'),
  hidden('salad_font_zero', '<span style="font-size:0px">', '</span>'),
  hidden('salad_font_tiny', '<font style="font-size:.1em">', '</font>'),
  hidden('salad_white_on_white', '<p style="color:#fefefe">', '</p>'),
  hidden('salad_white_names', '<font color="snow">', '</font>'),
  hidden('salad_rgb', '<div style="color:rgb(254, 255, 254);background:#ffffff">', '</div>'),
  hidden('salad_on_dark', '<table><tr><td bgcolor="#101010"><font color="#0f0f0f">', '</font></td></tr></table>'),
  hidden('salad_off_screen', '<div style="position:absolute;left:-9999px">', '</div>'),
  hidden('salad_class', '<div class="a xq2 b">', '</div>', '<style>p{margin:0} .xq2 { color: red; display: none }</style>'),
  hidden('salad_id', '<div id="zz">', '</div>', '<style>@media screen{.a{width:9px}}\n#zz{display:none}</style>'),
  hidden('salad_element', '<tt>', '</tt>', '<style>h1{color:red}</style><style>h2,tt{font-size:0}</style>'),
  hidden('salad_max_height', '<div style="max-height:0;overflow:hidden">', '</div>'),
  hidden('salad_opacity', '<div style="opacity:0.0">', '</div>'),
  hidden('salad_visibility', '<div style="visibility:hidden;height:0">', '</div>'),
  hidden('salad_transparent', '<div style="color:rgba(0,0,0,0)">', '</div>'),
  hidden('salad_attribute', '<div hidden>', '</div>'),
  hidden('salad_escaped_css', '<div style="d\\69splay:/* */none">', '</div>'),
  hidden('salad_mso', '<div style="mso-hide:all;display:none!important">', '</div>'),
  hidden('salad_noscript', '<noscript>', '</noscript>'),
  hidden('salad_template', '<template>', '</template>'),
  hidden('salad_comment', '<!-- ', ' -->'),
  hidden('salad_style_block', '<style>/* ', ' */</style>'),
  hidden('salad_title', '<title>', '</title>'),
  hidden('salad_details', '<div style="height:0px;width:0px;overflow:hidden">', '</div>'),
  page('salad_shown_at_end', (mail, random) => atEnd(mail.html, `<br><br><p>${salad(mail.lang, 8, random)}</p>`)),
  page('salad_pushed_down', (mail, random) => atEnd(mail.html, `${'<br>'.repeat(80)}<p>${salad(mail.lang, 10, random)}</p>`)),
  falselyHidden('false_title_hidden', '<div title="a hidden b" data-x="style=display:none">', '</div>'),
  falselyHidden('false_css_override', '<div style="display:none;display:block">', '</div>'),
  falselyHidden('false_parent_zero', '<div style="font-size:0"><div style="font-size:15px">', '</div></div>'),
  falselyHidden('false_unclosed_p', '<p style="display:none">x<div>', '</div>'),
  falselyHidden('false_unclosed_span', '<div><span style="display:none">x</div>', ''),
  falselyHidden('false_dark_ground', '<table><tr><td bgcolor="#222222">&nbsp;</td></tr></table><div style="color:#222222">', '</div>'),
  falselyHidden('false_comment', '<!-->', '<!-- -->'),
  falselyHidden('false_font_family', '<div style="font-family:\'display:none\',arial">', '</div>'),
  page('payload_noscript', mail => `<noscript>${mail.html.replace(/<\/?(?:html|body|head)[^>]*>/gi, '')}</noscript>`),
  page('payload_object', mail => `<object>${mail.html.replace(/<\/?(?:html|body|head)[^>]*>/gi, '')}</object>`),
  page('payload_behind_comment', mail => `<!-- ${'garden '.repeat(20_000)} -->${mail.html}`),
  page('payload_behind_breaks', mail => atStart(mail.html, '<br>\n'.repeat(200))),
  page('payload_behind_blanks', mail => atStart(mail.html, `<p>${'&nbsp; \n'.repeat(3_000)}</p>`)),
  page('payload_behind_invisible', mail => atStart(mail.html, `<p>${'&#8203;&zwnj;'.repeat(2_500)}</p>`)),
  page('letters_in_cells', mail => `<html><body>${letterCells(mail.text.slice(0, 2_500))}${button(mail)}</body></html>`),
  page('letters_in_blocks', mail =>
    readable(pageOf(mail.text.slice(0, 2_500)), text =>
      Array.from(text)
        .map(one => `\u0001span style="display:inline-block"\u0002${one === ' ' ? '\u0003nbsp;' : one}\u0001/span\u0002`)
        .join(''),
    ),
  ),
  page('reversed_bdo', mail =>
    readable(mail.html, text =>
      text.replace(/[a-z]{4,}/gi, word => `\u0001bdo dir="rtl"\u0002${Array.from(word).toReversed().join('')}\u0001/bdo\u0002`),
    ),
  ),
  page('reversed_css', mail =>
    readable(mail.html, text =>
      text.replace(
        /[a-z]{4,}/gi,
        word =>
          `\u0001span style="unicode-bidi:bidi-override;direction:rtl"\u0002${Array.from(word).toReversed().join('')}\u0001/span\u0002`,
      ),
    ),
  ),
  page('picture_with_alt', mail =>
    firstLink(mail) === ''
      ? `<img src="cid:1" alt="${mail.text.slice(0, 600).replace(/["<>&\n]/g, ' ')}">`
      : `<a href="${firstLink(mail)}"><img src="https://img.offers-daily.example/1.png" alt="${mail.text.slice(0, 600).replace(/["<>&\n]/g, ' ')}"></a>`,
  ),
  page('upper_case_tags', mail => mail.html.replace(/<[^>]*>/g, tag => tag.replace(/^<\/?\w+|\s[\w-]+=/g, one => one.toUpperCase()))),
  page('loose_tags', mail => mail.html.replace(/<(\/?\w+)/g, '<$1\n\t').replace(/="([^"\s>]*)"/g, " = '$1'")),
  {
    id: 'page_attached',
    group: 'html',
    disguise: mail =>
      send(
        mail,
        several('mixed', [
          part('text/plain', 'Please see the attached file.'),
          {
            ...part('text/html', mail.html, 'base64'),
            head: [
              'Content-Type: text/html; name="document.html"',
              'Content-Disposition: attachment; filename="document.html"',
              'Content-Transfer-Encoding: base64',
            ],
          },
        ]),
      ),
  },
];
