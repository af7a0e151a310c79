// A megabyte, and 10 KB, of each shape that could cost the filter time: how long judging takes once the message is walked and decoded.
//   node --expose-gc bench/filter-hostile.ts [SHAPE]
// The promise: at most 20 ms of CPU for 10 KB of any shape and 150 ms for 1 MB.
import { loadFilterModel } from '../src/engines/filter-model.ts';
import { judge } from '../src/filter/filter.ts';
import { MiB } from '../src/limits.ts';
import { walk } from '../src/message/walk.ts';

const model = loadFilterModel();
const KB10 = 10 * 1_024;
type Fill = (unit: string) => string;
const page = (body: string): string => `From: A <a@b.example>\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}`;
const text = (body: string): string => `From: A <a@b.example>\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}`;
const numbered = (fill: Fill, unit: (n: number) => string): string => {
  const bytes = fill('x').length;
  const pieces: string[] = [];
  for (let n = 0, length = 0; length < bytes; n++) {
    const one = unit(n);
    pieces.push(one);
    length += one.length;
  }
  return pieces.join('');
};
const random = (fill: Fill, letters: string): string => {
  let state = 7;
  return fill('x').replace(/x/g, () => letters.charAt((state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) % letters.length));
};

const SHAPES: Readonly<Record<string, (fill: Fill) => string>> = {
  // HTML
  'one tag': fill => page(`<div ${fill('a=b ')}>x</div>`),
  'one tag of blanks': fill => page(`<div ${fill(' ')}>x</div>`),
  'one attribute': fill => page(`<div style="${fill('x')}">x</div>`),
  'open quotes': fill => page(fill('<a href="x>y')),
  'quotes by turns': fill => page(fill(`<a b="'>'<c d='">"`)),
  'quotes without equals': fill => page(fill(`<a "'>`)),
  'open tags': fill => page(fill('<a <b <c ')),
  'open angle brackets': fill => page(fill('<')),
  'closing brackets': fill => page(fill('>')),
  'open style': fill => page(fill('<style>')),
  'open styles and ends of others': fill => page(fill('<style></x>')),
  'styles and one end': fill => page(`${fill('<style></')}</style>`),
  'open comments': fill => page(fill('<!--')),
  'comments and one odd end': fill => page(`${fill('<!--a-->')}--!>`),
  'comments that end oddly': fill => page(fill('<!--a--!>')),
  declarations: fill => page(fill('<!')),
  'open scripts': fill => page(fill('<script>')),
  'scripts and half ends': fill => page(fill('<script></scrip')),
  templates: fill => page(fill('<template><svg><title></')),
  'nested hidden divs': fill => page(fill('<div style="display:none">')),
  'nested plain divs': fill => page(fill('<div>')),
  'nested and closed by others': fill => page(fill('<div></p>')),
  'closing tags': fill => page(`${'<div>'.repeat(600)}${fill('</p></b></div2>')}`),
  'closing tags after deep nesting': fill => page(`${'<i>'.repeat(511)}${fill('</p>')}`),
  'bold in cells': fill => page(fill('<td><b><p>')),
  'paragraphs in paragraphs': fill => page(fill('<p style="color:red">')),
  'hidden attributes': fill => page(fill('<p hidden>a')),
  'a style each': fill => page(numbered(fill, n => `<p style="color:#${(n % 4096).toString(16)};font-size:${n}px">a`)),
  'a class each': fill => page(`<style>.a{display:none}</style>${numbered(fill, n => `<p class="c${n} d${n} e">a`)}`),
  'many classes of one element': fill => page(`<style>.a{display:none}</style><p class="${fill('ab ')}">a`),
  'a sheet of classes': fill => page(`<style>${numbered(fill, n => `.c${n}{display:none}`)}</style><p class=c1>a`),
  'a sheet of commas': fill => page(`<style>${fill('a,')}{display:none}</style>a`),
  'a sheet of braces': fill => page(`<style>${fill('{')}</style>a`),
  'a sheet of @media': fill => page(`<style>${fill('@media x{')}</style>a`),
  'a sheet of @media all': fill => page(`<style>${fill('@media all{')}</style>a`),
  'a sheet of comments': fill => page(`<style>${fill('/*')}</style>a`),
  'a sheet of escapes': fill => page(`<style>.a{display:${fill('\\69 ')}}</style>a`),
  'many sheets': fill => page(fill('<style>.a{display:none}</style>')),
  'blanks after a colon': fill => page(fill(`<p style="color:${' '.repeat(2_900)}x">`)),
  'semicolons in a style': fill => page(fill(`<p style="${';:'.repeat(900)}">`)),
  'colours that are none': fill => page(fill('<font color="rgb(1 1 1 1 1 1 1 1">')),
  links: fill => page(numbered(fill, n => `<a href="https://h${n}.example/x${n}">y</a>`)),
  'links that stay open': fill => page(fill('<a href="https://a.test/')),
  'links inside links': fill => page(fill('<a href="https://a.test/x">b')),
  'one link': fill => page(`<a href="https://a.test/${fill('x')}">y</a>`),
  'one link shown': fill => page(`<a href="https://a.test/">${fill('b')}</a>`),
  'one escaped link': fill => page(`<a href="http://${fill('%61')}/">y</a>`),
  'escaped links': fill => page(fill(`<a href="http://${'%61'.repeat(150)}/">y</a>`)),
  'links of dots': fill => page(numbered(fill, n => `<a href="http://${'a.'.repeat(120)}b${n}/">y</a>`)),
  'links of hyphens': fill => page(numbered(fill, n => `<a href="http://${'a-'.repeat(120)}b${n}/">y</a>`)),
  'links of digits': fill => page(numbered(fill, n => `<a href="http://a.test/${n}/${'1'.repeat(280)}?${'u='.repeat(20)}">y</a>`)),
  'links of wide letters': fill => page(numbered(fill, n => `<a href="http://\uff41\uff42${n}\u3002test/">y</a>`)),
  'links of users': fill => page(numbered(fill, n => `<a href="http://${'@'.repeat(200)}a${n}/">y</a>`)),
  'entities numbered': fill => page(fill('&#x41;')),
  'entities open': fill => page(fill('&#x41')),
  'entities named': fill => page(fill('&eacute;&nbsp')),
  ampersands: fill => page(fill('&')),
  'entities in an attribute': fill => page(`<a href="${fill('&#65;')}">`),
  'entities padded': fill => page(`&#${fill('0')}65;`),
  pictures: fill => page(fill('<img src="cid:a" width=1 alt="b c">')),
  cells: fill => page(fill('<td>a')),
  breaks: fill => page(fill('<br>')),
  'letters in cells': fill => page(fill('<td>a</td>')),
  turned: fill => page(fill('<bdo dir=rtl>ab</bdo>')),
  noscript: fill => page(fill('<noscript>a')),
  // Text
  'one word': fill => text(fill('a')),
  'words of one letter': fill => text(fill('a ')),
  'words of dots': fill => text(fill('a.')),
  'words of signs': fill => text(fill('a@b!')),
  leet: fill => text(fill('v1agr4 acc0unt ')),
  'words of digits and letters': fill => text(fill('a1')),
  'other words each time': fill => text(numbered(fill, n => `w${n.toString(36)} `)),
  'random letters': fill => text(random(fill, 'abcdefghijklmnopqrstuvwxyz ')),
  digits: fill => text(fill('1234567890 ')),
  'telephone numbers': fill => text(fill('+1 (800) 555-0100 ')),
  'digits and hyphens': fill => text(fill('123-')),
  'half telephone numbers': fill => text(fill('800 555')),
  blanks: fill => text(fill(' ')),
  'line ends': fill => text(fill('\r\n')),
  quoting: fill => text(fill('>')),
  'quoted lines': fill => text(fill('> > a\r\n')),
  'hyphens by line': fill => text(fill('\r\n--')),
  'wrote: lines': fill => text(fill('wrote: original messag')),
  'places in text': fill => text(numbered(fill, n => `http://h${n}.example/p `)),
  'schemes in text': fill => text(fill('http://')),
  'colons and slashes': fill => text(fill('://')),
  'www.': fill => text(fill('www.')),
  'www. apart': fill => text(fill(' www.a')),
  addresses: fill => text(fill('a.b@c-d.ef ')),
  'address beginnings': fill => text(fill('a.b+c-d.e')),
  'at signs': fill => text(fill('@')),
  'a@ without end': fill => text(fill('aaaa@aaaa-')),
  'combining marks': fill => text(fill('\u0301')),
  'letters with marks': fill => text(fill('e\u0301\u0302')),
  'half surrogates': fill => `Content-Type: text/plain; charset=utf-16le\r\n\r\n${fill('\u00d8')}`,
  emoji: fill => text(fill('😀')),
  'emoji between letters': fill => text(fill('a😀')),
  'tag characters': fill => text(fill('\u{e0061}')),
  'mathematical letters': fill => text(fill('\u{1d41a}')),
  'zero-width blanks': fill => text(fill('\u200b')),
  'letters with zero-width blanks': fill => text(fill('a\u200b')),
  'right-to-left marks': fill => text(fill('\u202ea')),
  'right-to-left pairs': fill => text(fill('\u202eab\u202c')),
  Chinese: fill => text(random(fill, '的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生')),
  'Chinese apart': fill => text(fill('发 票 ')),
  'Chinese with marks': fill => text(fill('发。票、')),
  'Chinese and long blanks': fill => text(fill(`发${' '.repeat(200)}`)),
  'Cyrillic look-alikes': fill => text(fill('pаsswоrd ')),
  'every unit': fill => text(numbered(fill, n => String.fromCharCode(32 + ((n * 7) % 55_000)))),
  // Header
  'a subject': fill => `Subject: ${fill('a b ')}\r\n\r\nx`,
  'a subject of one word': fill => `Subject: ${fill('A')}\r\n\r\nx`,
  'a subject of capitals': fill => `Subject: ${fill('BUY NOW ')}\r\n\r\nx`,
  'a subject of encoded words': fill => `Subject: ${fill('=?utf-8?b?QUE=?= ')}\r\n\r\nx`,
  'a subject of blanks': fill => `Subject: a${fill('    ')}b c\r\n\r\nx`,
  'a subject of Re:': fill => `Subject: ${fill('Re: ')}\r\n\r\nx`,
  'a name': fill => `From: "${fill('Pay Pal ')}" <a@b.example>\r\n\r\nx`,
  'a name without blanks': fill => `From: "${fill('PayPal')}" <a@b.example>\r\n\r\nx`,
  'a name of at signs': fill => `From: "${fill('@a.')}" <a@b.example>\r\n\r\nx`,
  'a name of capital I': fill => `From: ${fill('I')} <a@b.example>\r\n\r\nx`,
  'an address': fill => `From: ${fill('a')}@b.example\r\n\r\nx`,
  'a host of labels': fill => `From: a@${fill('b.')}example\r\n\r\nx`,
  'a host of hyphens': fill => `From: a@${fill('b-')}.example\r\n\r\nx`,
  'many receivers': fill => `From: a@b.example\r\nTo: ${fill('c@d.example, ')}\r\n\r\nx`,
  'half a list of receivers': fill => `To: ${fill('recipient')}\r\n\r\nx`,
  'header fields': fill => `${numbered(fill, n => `X-A${n}: b\r\n`)}\r\nx`,
  'a message id': fill => `From: a@b.example\r\nMessage-ID: <${fill('@')}>\r\nList-Id: ${fill('<')}\r\n\r\nx`,
  'X-Mailer and List-Id': fill => `X-Mailer: ${fill('a')}\r\nList-Id: ${fill('<a')}\r\n\r\nx`,
  // Parts
  'text parts': fill => `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x\r\n\r\nhello there my friend\r\n')}`,
  pages: fill => `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x\r\nContent-Type: text/html\r\n\r\n<p>hello\r\n')}`,
  'text and attached pages': fill =>
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x\r\nContent-Type: text/html; name=a.html\r\nContent-Disposition: attachment\r\n\r\n<p>a\r\n')}`,
  'base64 parts': fill =>
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n${fill('--x\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n')}`,
  'file names': fill =>
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: attachment; filename="${fill('.a')}"\r\n\r\nx\r\n--x--`,
};

const LIMITS = [
  [KB10, 20],
  [MiB, 150],
] as const;
const only = process.argv[2];
let failed = false;
for (const [bytes, limit] of LIMITS) {
  const times: (readonly [number, string])[] = [];
  for (const [name, make] of Object.entries(SHAPES)) {
    if (only !== undefined && name !== only) continue;
    const raw = Buffer.from(
      make(unit => unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)))),
      name === 'half surrogates' ? 'latin1' : 'utf8',
    );
    const message = walk(raw);
    for (const leaf of message.leaves) leaf.bytes();
    // Once more where a run was slow: the first pays for compiling, and the machine has other work.
    let least = Infinity;
    for (let n = 0; n < 3 && least > limit / 8; n++) {
      const before = process.cpuUsage();
      judge(model, message, { direction: 'in' }, {}, 1);
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1_000);
    }
    times.push([least, name]);
    if (least > limit) console.log(`  over: ${name} ${least.toFixed(0)} ms`);
  }
  times.sort(([a], [b]) => b - a);
  console.log(`${bytes >= MiB ? '1 MB' : '10 KB'}, limit ${limit} ms:`);
  for (const [time, name] of times.slice(0, 12)) console.log(`  ${time.toFixed(1).padStart(8)} ms  ${name}`);
  failed ||= (times[0]?.[0] ?? 0) > limit;
}
process.exitCode = failed ? 1 : 0;
