// One defect each, put into a clean letter. null: that letter cannot have it. Several forms of a defect have the same finding.
import { fieldOf, withField, word, type Letter } from './letter.ts';

export type Defect = { readonly finding: string; readonly name: string; readonly put: (letter: Letter) => Letter | null };

const both =
  (add: (text: string) => string, mark: (html: string) => string) =>
  (letter: Letter): Letter => ({
    ...letter,
    text: letter.text === null ? null : add(letter.text),
    html: letter.html === null ? null : mark(letter.html),
  });
const inHtml =
  (put: (html: string) => string) =>
  (letter: Letter): Letter | null =>
    letter.html === null ? null : { ...letter, html: put(letter.html) };
/** Before the last paragraph's end, where every page has a place for one more. */
const more = (piece: string) =>
  inHtml(html => (html.includes('</body>') ? html.replace('</body>', () => `${piece}</body>`) : html + piece));
const link = (url: string, shown: string) =>
  both(
    text => `${url}\n${text}`,
    html =>
      html.includes('</body>')
        ? html.replace('</body>', () => `<p><a href="${url}">${shown}</a></p></body>`)
        : `${html}<p><a href="${url}">${shown}</a></p>`,
  );
const field = (name: string, value: string | null) => (letter: Letter) => withField(letter, name, value);
const subject = (value: string) => field('Subject', value);
const isBulk = (letter: Letter): boolean => fieldOf(letter, 'List-Unsubscribe') !== '';
const bulkOnly = (put: (letter: Letter) => Letter) => (letter: Letter) => (isBulk(letter) ? put(letter) : null);
const attached = (name: string, type: string, content: Buffer) => (letter: Letter) => ({
  ...letter,
  attachments: [...(letter.attachments ?? []), { type, name, content }],
});
const PROGRAM = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(62), Buffer.from('PE\0\0'), Buffer.alloc(400)]);
const again = (name: string, value: string) => (letter: Letter) => ({ ...letter, fields: [...letter.fields, [name, value] as const] });

const bent =
  (change: (message: string) => string) =>
  (letter: Letter): Letter => ({ ...letter, bent: change });

const made = (finding: string, ...puts: readonly Defect['put'][]): readonly Defect[] =>
  puts.map((put, n) => ({ finding, name: puts.length === 1 ? finding : `${finding} ${n + 1}`, put }));

export const DEFECTS: readonly Defect[] = [
  // Structure and accessibility.
  ...made('no-text-part', letter => (letter.html === null ? null : { ...letter, text: null })),
  ...made('empty-body', letter => ({
    ...letter,
    text: letter.text === null ? null : '\n',
    html: letter.html === null ? null : '<html lang="en"><body><p>&nbsp;</p></body></html>',
    others: [],
  })),
  ...made(
    'text-html-differ',
    letter =>
      letter.html === null || letter.text === null || letter.text.length < 150
        ? null
        : {
            ...letter,
            text: 'Quarterly figures of the harbour authority: tonnage rose at both quays and the dredging was finished before winter.\n',
          },
    letter =>
      letter.html === null || letter.text === null || letter.text.length < 150
        ? null
        : {
            ...letter,
            text: '港务局季度数据：两个码头的吞吐量都有增长，疏浚工程在入冬前完工。明年春天将更换旧的起重机，请各部门提前安排。\n',
          },
  ),
  ...made(
    'missing-alt',
    more('<p><img src="https://img.penerima.example/a.jpg" width="300" height="120"></p>'),
    more('<p><a href="https://penerima.example/a"><img src="cid:x@y" style="display:block"></a></p>'),
  ),
  ...made(
    'low-contrast',
    more('<p style="color:#c8c8c8;background-color:#ffffff">Offers end on Friday at noon in all of our shops.</p>'),
    more(
      '<table role="presentation"><tr><td bgcolor="#ffffff" style="color:#cccccc">Offers end on Friday at noon in all of our shops.</td></tr></table>',
    ),
    more('<div style="background:#222222"><p style="color:#444444">Offers end on Friday at noon in all of our shops.</p></div>'),
  ),
  ...made(
    'too-large',
    inHtml(html =>
      html.replace(
        /<\/body>|$/,
        end =>
          `${'<p style="margin:0 0 12px">The river path is open again from the mill to the ferry, and the benches by the weir were painted.</p>\n'.repeat(1100)}${end}`,
      ),
    ),
  ),
  ...made('image-only', letter =>
    letter.html === null
      ? null
      : {
          ...letter,
          text: letter.text === null ? null : `${letter.text.split('\n').slice(-4).join('\n')}\n`,
          html: `<html lang="en"><body><a href="https://penerima.example/"><img src="https://img.penerima.example/all.jpg" width="600" height="1400" alt="Offer"></a><p>${isBulk(letter) ? '<a href="https://penerima.example/u">Unsubscribe</a> 12 Mill Lane' : ''}</p></body></html>`,
        },
  ),
  ...made(
    'html-broken',
    more('<div><b><i>Until Friday</b></i>'),
    more('<table><tr><td>Until Friday'),
    more('</span><p>Until Friday</p></div></div>'),
  ),
  ...made('line-too-long', letter =>
    letter.encoding === undefined
      ? {
          ...letter,
          text: letter.text === null ? null : `${letter.text}\n${'The river path is open again from the mill to the ferry. '.repeat(20)}\n`,
        }
      : null,
  ),
  ...made('raw-8bit-header', subject('Café réservé pour jeudi'), subject('您的十一月书单'), again('X-Campaign', 'été 2026')),
  ...made(
    'duplicate-header',
    again('From', 'Other <other@penerima.example>'),
    again('Subject', 'Another subject'),
    again('Date', 'Sun, 22 Nov 2026 09:31:00 +0000'),
    again('Message-ID', '<again@penerima.example>'),
    again('To', 'b@penerima.example'),
    bent(message => message.replace(/(Content-Type: .*\n)/, '$1$1')),
  ),
  ...made('bcc-visible', again('Bcc', 'hidden@penerima.example')),
  ...made(
    'many-recipients',
    field('To', [...Array(40).keys()].map(n => `r${n}@penerima.example`).join(',\n ')),
    again('Cc', [...Array(30).keys()].map(n => `"R, ${n}" <r${n}@penerima.example>`).join(',\n ')),
  ),
  ...made('no-date', field('Date', null), field('Date', 'yesterday')),
  ...made(
    'date-far',
    field('Date', 'Thu, 21 Nov 2024 09:30:00 +0000'),
    field('Date', 'Thu, 1 Jan 1970 00:00:00 +0000'),
    field('Date', 'Mon, 22 Nov 2027 09:30:00 GMT'),
  ),
  ...made('no-message-id', field('Message-ID', null), field('Message-ID', 'none')),
  ...made(
    'no-mime-version',
    bent(message => message.replace('MIME-Version: 1.0\n', '')),
  ),
  ...made(
    'broken-mime',
    bent(message => message.replace(/(Content-Type: .*\n)/, '$1Content-Type: application/x-other\n')),
    letter => (letter.encoding === undefined ? bent(message => message.replace('Encoding: 8bit', 'Encoding: 9bit'))(letter) : null),
  ),
  ...made('charset-mismatch', letter =>
    letter.encoding === undefined && /\P{ASCII}/u.test(letter.text ?? '')
      ? bent(message => message.replace('charset=utf-8', 'charset=us-ascii'))(letter)
      : null,
  ),
  ...made('dark-mode', letter =>
    /prefers-color-scheme/.test(letter.html ?? '')
      ? null
      : more('<style>@media (prefers-color-scheme:dark){body,td{background-color:#111111 !important}}</style>')(letter),
  ),
  ...made('no-language', letter =>
    /<html[^>]* lang=/.test(letter.html ?? '') ? { ...letter, html: (letter.html ?? '').replace(/ (?:xml:)?lang="[^"]*"/g, '') } : null,
  ),
  // Content.
  ...made(
    'link-text-mismatch',
    more('<p><a href="https://login.anderswo.example.net/x">https://www.harbourbank.example/signin</a></p>'),
    more('<p><a href="https://anderswo.biz/x">www.harbourbank.com</a></p>'),
    more('<p>Masuk ke <a href="https://anderswo.biz/x"><b>harbourbank.co.id/masuk</b></a></p>'),
  ),
  ...made(
    'url-shortener',
    link('https://bit.ly/3xOct26', 'See more'),
    link('https://tinyurl.com/ab12', 'Selengkapnya'),
    link('https://s.id/ab12', '查看'),
    link('https://t.cn/A6xy', '查看'),
  ),
  ...made('ip-url', link('https://203.0.113.9/page', 'See more'), link('https://[2001:db8::9]/page', 'See more')),
  ...made(
    'localhost-url',
    link('https://localhost:3000/x', 'Preview'),
    link('https://192.168.1.20/x', 'Preview'),
    link('https://intranet/x', 'Preview'),
    link('https://app.internal/x', 'Preview'),
  ),
  ...made(
    'lookalike-url',
    link('https://xn--pypal-4ve.example/login', 'Account'),
    link('https://paypa1.com/login', 'Account'),
    link('https://micros0ft-login.com/x', 'Account'),
  ),
  ...made('url-userinfo', link('https://penerima.example@example.net/x', 'Details')),
  ...made(
    'insecure-link',
    link('http://penerima.example/x', 'Details'),
    more('<p><img src="http://img.penerima.example/a.jpg" alt="A boat" width="300" height="90"></p>'),
  ),
  ...made('too-many-links', letter =>
    letter.html === null || letter.html.length > 40_000
      ? null
      : more([...Array(90).keys()].map(n => `<a href="https://penerima.example/p/${n}">item ${n}</a> `).join('\n'))(letter),
  ),
  ...made(
    'placeholder-left',
    both(
      text => text.replace(/^/, 'Hello {{first_name}},\n'),
      html => html.replace(/(<body[^>]*>|^)/, '$1<p>Hello {{first_name}},</p>'),
    ),
    both(
      text => text.replace(/^/, 'Hello *|FNAME|*,\n'),
      html => html.replace(/(<body[^>]*>|^)/, '$1<p>Hello *|FNAME|*,</p>'),
    ),
    both(
      text => text.replace(/^/, 'Dear null,\n'),
      html => html.replace(/(<body[^>]*>|^)/, '$1<p>Dear null,</p>'),
    ),
    subject('Halo %%NAMA%%, pesanan Anda'),
    subject(word('尊敬的 {{姓名}}，您的订单')),
    both(
      text => `Halo {nama},\n${text}`,
      html => html.replace(/(<body[^>]*>|^)/, '$1<p>Halo {nama},</p>'),
    ),
    both(
      text => `Hi [First Name],\n${text}`,
      html => html.replace(/(<body[^>]*>|^)/, '$1<p>Hi [First Name],</p>'),
    ),
  ),
  ...made(
    'hidden-text',
    more(`<div style="color:#ffffff;background:#ffffff;font-size:0px">${'meeting agenda invoice lunch weather family\n'.repeat(12)}</div>`),
    more(`<div style="display:none">${'会议 议程 发票 午餐 天气 家庭\n'.repeat(40)}</div>`),
    more(
      `<div style="left:-9999px">${'rapat jadwal faktur makan siang cuaca keluarga\n'.repeat(12)}</div>`.replace('position:absolute;', ''),
    ),
  ),
  ...made(
    'spam-words',
    both(
      text =>
        `FREE MONEY!!! You have been selected as a WINNER. Act now, limited time offer, 100% risk free, click here to claim your cash bonus, no credit check.\n\n${text}`,
      html =>
        html.replace(
          /(<body[^>]*>|^)/,
          '$1<p>FREE MONEY!!! You have been selected as a WINNER. Act now, limited time offer, 100% risk free, click here to claim your cash bonus, no credit check.</p>',
        ),
    ),
  ),
  ...made('subject-empty', subject(''), field('Subject', null)),
  ...made('subject-all-caps', subject('YOUR NOVEMBER LETTER IS HERE'), subject('DISKON BESAR UNTUK ANDA HARI INI')),
  ...made(
    'subject-punctuation',
    subject('!!! Your letter $$$ !!!'),
    subject(word('限时优惠！！！立即查看')),
    subject(word('Promo akhir pekan 🔥🔥🔥')),
  ),
  ...made('subject-too-long', subject([...Array(6).keys()].map(() => 'Your November letter from the house by the lake').join('\n '))),
  ...made(
    'fake-reply',
    letter => (fieldOf(letter, 'In-Reply-To') === '' ? withField(letter, 'Subject', 'Re: your order') : null),
    letter => (fieldOf(letter, 'In-Reply-To') === '' ? withField(letter, 'Subject', word('回复：您的订单')) : null),
    letter => (fieldOf(letter, 'In-Reply-To') === '' ? withField(letter, 'Subject', 'FW: pesanan Anda') : null),
  ),
  ...made(
    'dangerous-attachment',
    attached('setup.exe', 'application/octet-stream', PROGRAM),
    attached('faktur.pdf.js', 'text/javascript', Buffer.from('WScript.Echo(1)')),
    attached('发票.lnk', 'application/octet-stream', Buffer.from('4c0000000114020000000000c000000000000046', 'hex')),
  ),
  ...made(
    'no-postal-address',
    bulkOnly(letter => ({
      ...letter,
      text: (letter.text ?? '').replace(/.*(?:Jalan Braga|Harbour Lane, Kendal|衡山路|P\.O\. Box|Orchard Street).*/g, ''),
      html: letter.html?.replace(/(?:<br ?\/?>)?[^<>]*(?:Jalan Braga 18|4 Harbour Lane|衡山路|P\.O\. Box)[^<>]*/g, '') ?? null,
    })),
  ),
  ...made(
    'no-unsubscribe-link',
    bulkOnly(letter => ({
      ...letter,
      text: (letter.text ?? '').replace(/.*(?:[Uu]nsubscribe|Berhenti berlangganan|退订).*/g, ''),
      html:
        letter.html?.replace(/<a [^>]*>(?:[Uu]nsubscribe[^<]*|Berhenti berlangganan|退订)<\/a>/g, '').replaceAll('/unsubscribe?', '/x?') ??
        null,
    })),
  ),
  // Mail clients.
  ...made(
    'script-in-html',
    more('<script>document.title="x"</script>'),
    more('<p><a href="javascript:void(0)">Open</a></p>'),
    more('<p><a href="https://penerima.example/x" onclick="go()">Open</a></p>'),
  ),
  ...made('form-in-html', more('<form action="https://penerima.example/f" method="post"><input name="email"><button>Send</button></form>')),
  ...made(
    'iframe-or-object',
    more('<iframe src="https://penerima.example/v"></iframe>'),
    more('<object data="https://penerima.example/v.swf"></object>'),
  ),
  ...made(
    'css-not-shown',
    more('<div style="display: grid; gap: 8px"><p>One</p><p>Two</p></div>'),
    inHtml(html =>
      html.includes('</head>')
        ? html.replace('</head>', '<style>.cols{display:flex}</style></head>')
        : `<style>.cols{display:flex}</style>${html}`,
    ),
    more('<div style="position:absolute;top:0">New</div>'),
  ),
  ...made(
    'element-not-shown',
    more('<video src="https://penerima.example/v.mp4" controls></video>'),
    more('<p><img src="https://penerima.example/a.svg" alt="A boat" width="300" height="90"></p>'),
    more('<p><img src="data:image/png;base64,iVBORw0KGgo=" alt="A boat" width="300" height="90"></p>'),
  ),
  // Identity and leaving.
  ...made(
    'no-list-unsubscribe',
    bulkOnly(letter => withField(withField(letter, 'List-Unsubscribe', null), 'List-Unsubscribe-Post', null)),
  ),
  ...made(
    'no-one-click',
    bulkOnly(letter => withField(letter, 'List-Unsubscribe-Post', null)),
    bulkOnly(letter => withField(letter, 'List-Unsubscribe', '<mailto:leave@penerima.example>')),
    bulkOnly(letter => withField(letter, 'List-Unsubscribe', '<http://penerima.example/u>')),
    bulkOnly(letter => withField(letter, 'List-Unsubscribe-Post', 'yes')),
  ),
  ...made(
    'reply-to-mismatch',
    field('Reply-To', 'claims.desk@gmail.com'),
    field('Reply-To', '"Toko" <toko.resmi@yahoo.co.id>'),
    field('Reply-To', 'kefu2026@163.com'),
  ),
  ...made('from-missing', field('From', null), field('From', 'Undisclosed')),
  ...made('from-free-mail', field('From', 'Toko <toko.resmi@gmail.com>'), field('From', 'Toko <toko@qq.com>')),
  ...made('lookalike-from', field('From', 'Support <help@paypa1.com>'), field('From', 'Support <help@secure-paypal-login.com>')),
];
