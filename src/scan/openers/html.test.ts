// Files in HTML: where they stand, how they are wrapped, what is honest, and that hostile pages end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import type { Opening, Sight } from '../opener.ts';
import { isHtml, openHtml } from './html.ts';

const opening = (most = 100_000_000): Opening => ({ name: null, room: () => most, mostMembers: 2_000, passwords: [] });
const sights = (html: string | Buffer): readonly Sight[] => [...openHtml(Buffer.from(html), opening())];
const members = (html: string | Buffer): readonly (Sight & { see: 'member' })[] => sights(html).filter(one => one.see === 'member');
const rules = (html: string | Buffer): readonly string[] => sights(html).flatMap(one => (one.see === 'finding' ? [one.rule] : []));
const has = (html: string | Buffer, bytes: Buffer): boolean => members(html).some(one => one.bytes.includes(bytes));

/** Something that begins like a zip and is no use to anyone. */
const ZIP = Buffer.concat([
  Buffer.from('PK\x03\x04', 'latin1'),
  Buffer.from(Array.from({ length: 300 }, (_, n) => (n * 7 + (n >> 3)) & 255)),
]);
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(200, 7)]);
const B64 = ZIP.toString('base64');
const cut = (text: string, size: number): readonly string[] => text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];

test('files in data: URIs, however they are written', () => {
  for (const [what, html] of Object.entries({
    href: `<a href="data:application/zip;base64,${B64}">x</a>`,
    'without quotes': `<a href=data:application/zip;base64,${B64}>x</a>`,
    'odd parameters': `<a href="data:application/zip;charset=utf-8;name=a.zip; base64 ,${B64}">x</a>`,
    'no type': `<a href="data:;base64,${B64}">x</a>`,
    'line ends and tabs': `<a href="da\nta:application/zip;bas\te64,${cut(B64, 60).join('\r\n')}">x</a>`,
    entities: `<a href="d&#97;ta:application/zip&semi;base64,${B64.replaceAll('A', '&#x41;')}">x</a>`,
    'escaped percent': `<iframe src="data:application/zip;base64,${B64.replaceAll('+', '%2B').replaceAll('/', '%2F')}"></iframe>`,
    'percent-encoded': `<object data='data:application/zip,${[...ZIP].map(c => `%${c.toString(16).padStart(2, '0')}`).join('')}'></object>`,
    'style sheet': `<style>p { background: url(data:application/zip;base64,${B64}) }</style>`,
    'style attribute': `<p style="background:url(&quot;data:application/zip;base64,${B64}&quot;)">`,
    comment: `<!--[if mso]><a href="data:application/zip;base64,${B64}"><![endif]-->`,
    'tag that never ends': `<embed src="data:application/zip;base64,${B64}`,
    UTF16: Buffer.from(`\ufeff<a href="data:application/zip;base64,${B64}">x</a>`, 'utf16le'),
    'UTF16 without mark': Buffer.from(`<a href="data:application/zip;base64,${B64}">x</a>`, 'utf16le'),
  }))
    assert.ok(
      members(html).some(one => one.bytes.equals(ZIP)),
      what,
    );
});

test('names and types are told, each content once, srcdoc is a document', () => {
  const [one, ...more] = members(`<a download="bill.zip" href="data:application/x-zip;base64,${B64}">x</a>`);
  assert.deepEqual([one?.name, one?.type, more.length], ['bill.zip', 'application/x-zip', 0]);
  const [named] = members(`<a href="data:application/zip;name=in.zip;base64,${B64}">x</a>`);
  assert.equal(named?.name, 'in.zip');
  const [page] = members('<iframe srcdoc="<p>&lt;script>1&lt;/script>"></iframe>');
  assert.deepEqual([page?.type, page?.bytes.toString()], ['text/html', '<p><script>1</script>']);
});

test('pictures and fonts are passed over by their bytes, not by what they are called', () => {
  assert.deepEqual(sights(`<img src="data:image/png;base64,${PNG.toString('base64')}">`), []);
  assert.ok(has(`<img src="data:image/png;base64,${B64}">`, ZIP));
  assert.equal(members(`<img src="data:image/png;base64,${Buffer.concat([PNG, ZIP]).toString('base64')}">`).length, 1);
});

const handOut = (expression: string, before = ''): string =>
  `<html><script>${before} var d = ${expression}; var b = new Blob([d]); var a = document.createElement('a');
   a.href = URL.createObjectURL(b); a.download = 'x'; a.click();</script></html>`;
const pieces = cut(B64, 40);
const quoted = pieces.map(piece => `'${piece}'`);

test('HTML smuggling: the file is unpacked and the rule told', () => {
  for (const [what, html] of Object.entries({
    plain: handOut(`atob("${B64}")`),
    'no quotes that pair': handOut(`atob("${B64}")`, `var q = /["']/;`),
    added: handOut(`atob(${quoted.join(' +\n ')})`),
    'joined list': handOut(`atob([${quoted.join(',')}].join(''))`),
    'added line by line': handOut('atob(s)', `var s='';${quoted.map(piece => `s += ${piece};`).join('\n')}`),
    pushed: handOut('atob(s.join(""))', `var s=[];${quoted.map(piece => `s.push(${piece});`).join('')}`),
    'variables of their own': handOut(
      'atob(v0+v1)',
      cut(B64, 136)
        .map((piece, n) => `var v${n} = "${piece}"; f(${n});`)
        .join('\n'),
    ),
    'a list with other words': handOut(`atob(l[1])`, `var l = ["zip","${B64}"];`),
    reversed: handOut(`atob("${B64.split('').toReversed().join('')}".split('').reverse().join(''))`),
    exchanged: handOut(`atob("${B64.replaceAll('A', '@!')}".replace(/@!/g, 'A'))`),
    escapes: handOut(`atob("${[...Buffer.from(B64)].map(c => `\\x${c.toString(16)}`).join('')}")`),
    'bytes as escapes': handOut(`"${[...ZIP].map(c => `\\x${c.toString(16).padStart(2, '0')}`).join('')}"`),
    hexadecimal: handOut(`fromHex("${ZIP.toString('hex')}")`),
    'list of bytes': handOut(`new Uint8Array([${[...ZIP].join(', ')}])`),
    'signed bytes': handOut(`new Int8Array([${[...ZIP].map(c => (c > 127 ? c - 256 : c)).join(',')}])`),
    'bytes in hexadecimal': handOut(`new Uint8Array([${[...ZIP].map(c => `0x${c.toString(16)}`).join(',')}])`),
    'codes of characters': handOut(`String.fromCharCode(${[...ZIP].join(',')})`),
    'twice base64': handOut(`atob(atob("${Buffer.from(B64).toString('base64')}"))`),
    'outside of the script': handOut('atob(document.getElementById("d").innerText)').replace(
      '<script>',
      `<div id=d hidden>${B64}</div><script>`,
    ),
    'wrapped outside': handOut('atob(document.body.innerText)').replace('<script>', `<div>${cut(B64, 64).join('\n')}</div><script>`),
    handler: `<body onload="var a=document.createElement('a');a.href='data:application/zip;base64,'+'${B64}';a.click()">`,
    'percent-encoded': handOut(`unescape("${[...ZIP].map(c => `%${c.toString(16).padStart(2, '0')}`).join('')}")`),
  })) {
    assert.ok(has(html, ZIP), what);
    assert.deepEqual(rules(html), ['html_smuggling'], what);
  }
});

test('smuggling of what is encrypted is told by what the script does', () => {
  const noise = Buffer.from(Array.from({ length: 9_000 }, (_, n) => (n * n * 31 + n * 17 + (n >> 5)) & 255)).toString('base64');
  assert.deepEqual(rules(handOut(`xor(atob("${noise}"))`)), ['html_smuggling']);
});

test('pages that a script unwraps', () => {
  const page = `<html><form action="https://example.org/"><input type=password></form>${'<p>more text</p>'.repeat(40)}</html>`;
  const percent = [...Buffer.from(page)].map(c => `%${c.toString(16)}`).join('');
  const base64 = Buffer.from(page).toString('base64');
  for (const html of [
    `<script>document.write(unescape("${percent}"))</script>`,
    `<script>var s="${percent}"; document.write(decodeURIComponent(s))</script>`,
    `<script>document.body.innerHTML = atob("${base64}")</script>`,
    `<script>window['eval'](atob('${base64}'))</script>`,
  ]) {
    assert.ok(has(html, Buffer.from('type=password')), html.slice(0, 60));
    assert.deepEqual(rules(html), ['html_obfuscated'], html.slice(0, 60));
  }
});

test('honest pages give no finding', () => {
  const data = Array.from({ length: 500 }, (_, n) => (n * 37) % 4_000).join(',');
  for (const [what, html] of Object.entries({
    newsletter:
      '<html><body><a href="https://example.org/?u=QWxhZGRpbjpvcGVuIHNlc2FtZUFsYWRkaW46b3BlbiBzZXNhbWVBbGFkZGluOm9wZW4gc2VzYW1l">x</a></body></html>',
    analytics: `<script>document.write(unescape("%3Cscript src='" + host + "google-analytics.com/ga.js' type='text/javascript'%3E%3C/script%3E"));</script>`,
    'chart that saves a picture': `<script>var y=[${data}];canvas.toBlob(b=>{var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='chart.png';a.click()});var u=atob('AAAA');</script>`,
    'report with a table to save': `<script>var b=new Blob([rows.join('\\n')],{type:'text/csv'});a.href=URL.createObjectURL(b);a.download='t.csv';a.click();var logo="${PNG.toString('base64')}";</script>`,
    'map in a frame': `<iframe src="data:text/html;charset=utf-8;base64,${Buffer.from('<!DOCTYPE html><html><script>var x=1</script></html>').toString('base64')}"></iframe>`,
    'file to save by a link': `<a download="data.xlsx" href="data:application/vnd.ms-excel;base64,${B64}">Save</a>`,
    'source map': `<script>x()//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify({ version: 3, sources: ['a'.repeat(200)] })).toString('base64')}</script>`,
    'hidden address': `<script>eval(unescape('${[...Buffer.from('document.write("<a href=mailto:a@example.org>mail</a>")')].map(c => `%${c.toString(16)}`).join('')}'))</script>`,
    'token for an interface': `<script>fetch('/x',{headers:{t:'${Buffer.from('{"alg":"none","typ":"JWT","sub":"1234567890"}'.repeat(2)).toString('base64url')}'}});location.href='/next';</script>`,
  }))
    assert.deepEqual(rules(html), [], what);
  assert.deepEqual(sights('<html><body><p>Meeting data: 5, 6 and more</p></body></html>'), []);
});

test('kind by content', () => {
  for (const yes of ['<!DOCTYPE html>', '\ufeff <html>', '<!-- a --><body>', '<?xml version="1.0"?><html xmlns="x">', '<script>1</script>'])
    assert.ok(isHtml(Buffer.from(yes)), yes);
  assert.ok(isHtml(Buffer.from('\ufeff<html>', 'utf16le')));
  for (const no of ['<note>', 'see <html>', '', '{"a":1}']) assert.ok(!isHtml(Buffer.from(no)), no);
});

test('bounds are kept and told', () => {
  const page = `<a href="data:application/zip;base64,${B64}">x</a>`;
  assert.deepEqual(
    [...openHtml(Buffer.from(page), opening(10))].map(one => one.see === 'unseen' && one.why),
    ['too_large'],
  );
  const many = Array.from({ length: 30 }, (_, n) => `<a href="data:text/plain,number${n}">`).join('');
  const some = [...openHtml(Buffer.from(many), { ...opening(), mostMembers: 5 })];
  assert.deepEqual([some.length, some.at(-1)], [6, { see: 'unseen', name: null, why: 'too_many_parts' }]);
});

test('hostile pages end, and soon', () => {
  const size = 200_000;
  for (const piece of [
    '<a b="',
    '<',
    '<a ',
    '"data:a/b,',
    'data:',
    '(data:,',
    "'",
    '"\n',
    '"+',
    '"   ',
    "'; a += ",
    '%3c',
    '\\x41',
    '1,',
    '1 ',
    '<script>',
    '<!--',
    'A',
    '=',
    '"A',
    '&#',
    "'A'+",
    '`a`.concat(',
  ])
    for (const before of ['', '<script>', '<a href="']) {
      const started = spentMs();
      for (const one of openHtml(Buffer.from(before + piece.repeat(size / piece.length)), opening())) assert.ok(one.see);
      assert.ok(spentMs() - started < SOON_MS, `${before} ${piece} ${spentMs() - started}`);
    }
  const source = Buffer.from(handOut(`atob(${quoted.join('+')})`) + `<a href="data:a/b;base64,${B64}">`);
  for (let n = 0; n < 300; n++) {
    const broken = Buffer.from(source);
    for (let k = 0; k < 5; k++) broken[(n * 7919 + k * 104_729) % broken.length] = (n * 31 + k * 17) & 255;
    let out = 0;
    for (const one of openHtml(broken.subarray(0, n % 3 === 0 ? (n * 97) % broken.length : broken.length), opening()))
      if (one.see === 'member') out += one.bytes.length;
    assert.ok(out < source.length * 6);
  }
});
