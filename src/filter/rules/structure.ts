// How the mail is made.
import { page, mail, type Rule } from './rule.ts';

export const STRUCTURE: readonly Rule[] = [
  {
    id: 'image_only',
    family: 'structure',
    says: { en: 'A picture takes the place of the text', id: 'Gambar menggantikan teks', zh: '以图片代替文字' },
    holds: read => read.page !== null && read.page.images > 0 && read.text.trim().length < 100,
    examples: { yes: [page('<a href="https://a.test/"><img src="https://a.test/x.png"></a>')], no: [page('<p>Hello</p>')] },
  },
  {
    id: 'hidden_text',
    family: 'structure',
    says: {
      en: 'More text is hidden than a preview needs',
      id: 'Teks tersembunyi lebih banyak daripada pratinjau',
      zh: '隐藏文字超出预览所需',
    },
    holds: read => read.page !== null && read.page.hidden > 300 && read.page.hidden > read.text.length / 3,
    examples: {
      yes: [page(`<p>Hi</p><div style="display:none">${'garden words '.repeat(60)}</div>`)],
      no: [page(`<div style="display:none">Preview</div><p>${'garden words '.repeat(60)}</p>`)],
    },
  },
  {
    id: 'split_words',
    family: 'structure',
    says: {
      en: 'Words are broken by tags, signs or invisible characters',
      id: 'Kata dipecah oleh tag, tanda, atau karakter tak terlihat',
      zh: '词语被标签、符号或隐形字符拆开',
    },
    holds: read => read.isMasked || (read.page?.splits ?? 0) >= 4 || read.invisible > 12,
    examples: {
      yes: [
        page('v<b></b>i<b></b>a<i></i>g<b></b>r<b></b>a'),
        page('mo<!-- x -->rt<!-- y -->ga<!-- z -->ge ra<!-- -->te'),
        mail('b.u.y o.u.r p.i.l.l.s a.n.d s.a.v.e m.o.n.e.y t.o.d.a.y'),
      ],
      no: [page('<b>Viagra</b> is a <i>name</i>')],
    },
  },
  {
    id: 'look_alike_letters',
    family: 'structure',
    says: {
      en: 'Words mix letters of different scripts',
      id: 'Kata mencampur huruf dari aksara berbeda',
      zh: '词语混用不同文字的形近字母',
    },
    holds: read => read.lookalikes > 5,
    examples: { yes: [mail('y\u043eur p\u0430ssw\u043erd exp\u0456res t\u043ed\u0430y n\u043ew')], no: [mail('Ваш пароль истекает')] },
  },
  {
    id: 'form_inside',
    family: 'structure',
    says: { en: 'Asks for input inside the mail', id: 'Meminta isian di dalam email', zh: '邮件内含输入表单' },
    holds: read => (read.page?.forms ?? 0) > 0 || (read.page?.passwords ?? 0) > 0,
    examples: { yes: [page('<form action="https://a.test/"><input type=password></form>')], no: [page('<p>form</p>')] },
  },
  {
    id: 'page_attached',
    family: 'structure',
    says: { en: 'A web page comes as an attachment', id: 'Halaman web dikirim sebagai lampiran', zh: '附件是网页文件' },
    holds: read => read.message.leaves.some(leaf => /\.(?:s?html?|xhtml|svg)$/i.test(leaf.fileName ?? '')),
    examples: {
      yes: ['From: a@a.test\nSubject: x\nContent-Type: text/html\nContent-Disposition: attachment; filename=open.html\n\nx\n'],
      no: [page('x')],
    },
  },
  {
    id: 'needless_encoding',
    family: 'structure',
    says: { en: 'Plain letters are hidden in an encoding', id: 'Huruf biasa disembunyikan dalam penyandian', zh: '普通字母被无谓编码' },
    holds: read =>
      read.message.leaves.some(
        leaf =>
          leaf.type.startsWith('text/') &&
          leaf.encoding === 'base64' &&
          leaf.disposition !== 'attachment' &&
          /^[\t\r\n\x20-\x7e]*$/.test(leaf.text().slice(0, 3_000)),
      ),
    examples: { yes: [mail('SGVsbG8gd29ybGQ=', 'x', 'Content-Transfer-Encoding: base64\n')], no: [mail('Hello')] },
  },
  {
    id: 'text_beside_page',
    family: 'structure',
    says: { en: 'The plain text says something else than the page', id: 'Teks polos berbeda dari halaman', zh: '纯文本与网页内容不符' },
    holds: read => read.besides.trim().length > 300 && read.text.trim().length > 40 && isDifferent(read.besides, read.text, 0.15),
    examples: {
      yes: [
        `From: a@a.test\nSubject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n${'weather in the mountains was lovely all week long '.repeat(8)}\n--b\nContent-Type: text/html\n\n<p>Buy cheap watches from our famous online shop today</p>\n--b--\n`,
      ],
      no: [
        `From: a@a.test\nSubject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n${'Buy cheap watches from our shop today '.repeat(9)}\n--b\nContent-Type: text/html\n\n<p>Buy cheap watches from our shop today and tomorrow too</p>\n--b--\n`,
      ],
    },
  },
];

/** Whether less than `share` of the words of `b` (the first two hundred) stand in `a` too. Mostly the first words settle it. */
function isDifferent(a: string, b: string, share: number): boolean {
  const wanted = new Map<string, number>();
  let all = 0;
  for (const [word] of b
    .slice(0, 4_000)
    .toLowerCase()
    .matchAll(/\p{L}{4,}/gu)) {
    wanted.set(word, (wanted.get(word) ?? 0) + 1);
    if (++all === 200) break;
  }
  if (all === 0) return false;
  let found = 0;
  for (const [word] of a
    .slice(0, 8_000)
    .toLowerCase()
    .matchAll(/\p{L}{4,}/gu)) {
    found += wanted.get(word) ?? 0;
    wanted.delete(word);
    if (found >= share * all) return false;
  }
  return true;
}
