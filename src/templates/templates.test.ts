// Templates: what is read and refused, and that no value changes the structure of what it stands in. The oracle of the shape is parse5.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { compose } from '../message/build.ts';
import { readHeaders } from '../message/headers.ts';
import { MAX_NAMES, MAX_PLACES, MAX_TEMPLATE } from './bounds.ts';
import { readTemplate } from './read.ts';
import { render, sampleData } from './render.ts';
import type { Data, Fault, Source, Template } from './types.ts';

const source = (over: Partial<Source>): Source => ({ subject: 'Hello', text: null, html: null, ...over });
function read(over: Partial<Source>): Template {
  const reading = readTemplate(source(over));
  if (!reading.ok) assert.fail(JSON.stringify(reading.faults));
  return reading.template;
}
function faults(over: Partial<Source>): readonly Fault[] {
  const reading = readTemplate(source(over));
  return reading.ok ? [] : reading.faults;
}
function html(text: string, data: Data, defaults: Data = {}): string {
  const made = render(read({ html: text }), data, defaults);
  if (!made.ok) assert.fail(JSON.stringify(made.faults));
  return made.html ?? '';
}
function whyNot(text: string, data: Data): string {
  const made = render(read({ html: text }), data);
  return made.ok ? '' : `${made.faults[0]?.name}: ${made.faults[0]?.message}`;
}

test('values stand in subject, text and HTML, each escaped for its place', () => {
  const template = read({ subject: 'For {{name}}', text: 'Dear {{ name }} & co', html: '<p title="{{name}}">{{name}}</p>' });
  const made = render(template, { name: `O'Neil & <b>"Co"</b>` });
  assert.deepEqual(made, {
    ok: true,
    subject: `For O'Neil & <b>"Co"</b>`,
    text: `Dear O'Neil & <b>"Co"</b> & co`,
    html: '<p title="O&#39;Neil &amp; &lt;b&gt;&quot;Co&quot;&lt;/b&gt;">O&#39;Neil &amp; &lt;b&gt;&quot;Co&quot;&lt;/b&gt;</p>',
    unused: [],
  });
  assert.deepEqual(template.names, ['name']);
});

test('a value comes from the data, then the template’s defaults, then the braces; else it is missing, and all are told', () => {
  const text = '{{a}} {{b}} {{c|none at all}} {{d}} {{e}}';
  assert.equal(html('{{a}}-{{b}}-{{c|none > 0}}', { a: 1 }, { a: 2, b: false }), '1-false-none &gt; 0');
  const made = render(read({ text }), { a: null, d: 'x' }, { b: 'y' });
  assert.deepEqual(made.ok ? [] : made.faults.map(one => one.name), ['a', 'e']);
  const inherited = render(read({ text: '{{constructor}} {{toString}}' }), {});
  assert.deepEqual(inherited.ok ? [] : inherited.faults.map(one => one.name), ['constructor', 'toString']);
  const made2 = render(read({ text: '{{a}}' }), { a: 'x', b: 'y', c: 1 });
  assert.deepEqual(made2.ok && made2.unused, ['b', 'c']);
});

test('faults are told by part, line and column, all at once', () => {
  const found = faults({ subject: 'x {{ }}', text: 'one\ntwo {{{raw}}}\n{{#if a}}', html: '<p>\n  <a {{x}}>{{y' });
  assert.deepEqual(
    found.map(({ field, line, column }) => `${field} ${line}:${column}`),
    ['subject 1:3', 'text 2:5', 'text 3:1', 'html 2:6', 'html 2:12'],
  );
  assert.match(found[1]?.message ?? '', /three braces/);
  assert.match(found[2]?.message ?? '', /variables only/);
  assert.match(faults({ text: '{{1a}}' })[0]?.message ?? '', /a letter, then/);
  assert.match(faults({ text: `{{${'a'.repeat(65)}}}` })[0]?.message ?? '', /64 at most/);
});

test('a variable stands only where a value can change nothing', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['<{{x}}>', /behind "<"/],
    ['a < {{x}} <{{x}}', /behind "<"/],
    ['</{{x}}>', /comment or declaration/],
    ['<!--{{x}}-->', /comment/],
    ['<!DOCTYPE {{x}}>', /declaration/],
    ['<!--[if mso]>{{x}}->', /before ">"/],
    ['&{{x}};', /behind "&"/],
    ['&#{{x}};', /behind "&"/],
    ['<p title="&{{x}};">', /behind "&"/],
    ['<b{{x}}>', /name of a tag/],
    ['<b {{x}}="1">', /cannot be an attribute/],
    ['<b title={{x}}>', /in quotes/],
    ['<b onclick="f(\'{{x}}\')">', /the attribute "onclick"/],
    ["<b ONCLICK = '{{x}}'>", /the attribute "onclick"/],
    ['<b onclick                                                              ="{{x}}">', /the attribute "onclick"/],
    ['<iframe srcdoc="{{x}}">', /srcdoc/],
    ['<img srcset="{{x}} 2x">', /srcset/],
    ['<meta http-equiv="refresh" content="0;url={{x}}">', /content/],
    ['<link rel="stylesheet" href="{{x}}">', /<link>/],
    ['<a href="javascript:f({{x}})">', /javascript/],
    ['<a href=" java&#115;cript&colon;{{x}}">', /javascript/],
    ['<a href="data:text/html,{{x}}">', /data/],
    ['<a href="vbscript:{{x}}">', /vbscript/],
    ['<style>p{color:{{x}}}</style>', /inside <style>/],
    ['<style>/*</p>*/ {{x}}</style>', /inside <style>/],
    ['<script>{{x}}</script>', /no place in a mail/],
    ['<svg><title>x</title></svg>', /no place in a mail/],
    ['<a href="x{{unsubscribe}}">', /stands alone/],
    ['{{unsubscribe}}', /is a link/],
    ['<!--><script>{{x}}</script>-->', /no place/],
    ['<!----!><style>{{x}}</style>', /inside <style>/],
  ];
  for (const [text, why] of refused)
    assert.match(
      faults({ html: text })
        .map(one => one.message)
        .join('\n'),
      why,
      text,
    );
  for (const text of [
    '<!--[if mso]><v:roundrect href="https://a.test/{{x}}" style="width:{{w}}px"><![endif]-->{{x}}',
    '<title>{{x}}</title><textarea><b{{x}}</textarea>',
    '<p>1 < 2 {{x}} > {{y}}',
    '<a href="{{unsubscribe}}">out</a><p data-a1="{{x}}" aria-label=\'{{y}}\' hidden>',
    '<style>p { color: red } @media x { p { } }</style>{{x}}',
    `<p title='{{x|it's "so" > here}}'>{{y|<b>}}</p>`,
  ])
    assert.deepEqual(faults({ html: text }), [], text);
  assert.equal(html('<a href=" {{ unsubscribe }} ">', {}), '<a href=" {{ unsubscribe }} ">');
});

test('an address begins with a scheme of an address, and later parts of it stay parts', () => {
  const link = '<a href="{{url}}">x</a>';
  assert.equal(html(link, { url: ' https://a.test/ü?a=1&b="2" ' }), '<a href="https://a.test/%C3%BC?a=1&amp;b=%222%22">x</a>');
  assert.equal(
    html('<a href="https://a.test/{{p}}?q={{q}}">', { p: '../b?x', q: 'a&b=c#d' }),
    '<a href="https://a.test/..%2Fb%3Fx?q=a%26b%3Dc%23d">',
  );
  for (const url of [
    'javascript:alert(1)',
    ' JavaScript:x',
    'data:text/html,x',
    '//a.test',
    '/path',
    'java\nscript:x',
    'https:',
    'https://',
    '',
    'x',
  ])
    assert.match(whyNot(link, { url }), /^url: stands where an address begins/, url);
  assert.equal(html('<a href="java{{x}}">', { x: 'script:alert(1)' }), '<a href="javascript%3Aalert(1)">');
  assert.match(whyNot('<p style="color:{{c}}">', { c: 'red;background:url(x)' }), /^c: stands in a style/);
  assert.equal(html('<p style="color:{{c}}">', { c: '#ff0000' }), '<p style="color:#ff0000">');
});

test('no value makes a header of its own, and control characters are told', () => {
  const template = read({ subject: 'Order {{n}}', text: 'x' });
  for (const n of ['1\r\nBcc: all@x.test', '1\n', '1\u2028x', '1\tx', '1\0'])
    assert.deepEqual(render(template, { n }), {
      ok: false,
      faults: [
        {
          name: 'n',
          message: n.includes('\0') ? 'holds a control character' : 'holds a line break or tab, which cannot stand in the subject',
        },
      ],
    });
  assert.match(whyNot('{{x}}', { x: 'a\x1b[0m' }), /control/);
  assert.match(whyNot('{{x}}', { x: '\ud800' }), /surrogate/);
  assert.equal(html('{{x}}', { x: 'a\r\nb\tc' }), 'a\r\nb\tc');
});

test('bounds hold at their edge', () => {
  const names = (count: number): string => Array.from({ length: count }, (_, n) => `{{v${n}}}`).join('');
  assert.deepEqual(faults({ text: names(MAX_NAMES) }), []);
  assert.match(faults({ text: names(MAX_NAMES + 1) })[0]?.message ?? '', /101 variables/);
  assert.deepEqual(faults({ text: '{{a}}'.repeat(MAX_PLACES) }), []);
  assert.match(faults({ text: '{{a}}'.repeat(MAX_PLACES + 1) })[0]?.message ?? '', /1001 places/);
  assert.deepEqual(faults({ subject: '', text: 'x'.repeat(MAX_TEMPLATE) }), []);
  assert.match(faults({ text: 'x'.repeat(MAX_TEMPLATE) })[0]?.message ?? '', /512005 bytes/);
  const large = render(read({ text: '{{a}}'.repeat(MAX_PLACES) }), { a: 'x'.repeat(8_000) });
  assert.ok(!large.ok && large.faults[0]?.name === null);
});

test('reading is linear: half a megabyte of what is never closed is read at once', () => {
  for (const piece of [
    '<',
    '<!--',
    '<!---->',
    '<!--x',
    '<a ',
    '<a b="',
    "<a b='{{x}}",
    '{{',
    '{{x|',
    '<style>',
    '</style',
    '&',
    '<!',
    '<title>',
    '<!--[if x]>',
    '<a =',
    '{{x}}<',
  ])
    readTemplate(source({ html: piece.repeat(Math.floor((MAX_TEMPLATE - 10) / piece.length)) }));
});

test('sample data fills every place', () => {
  const template = read({ subject: '{{a}}', html: '<a href="{{u}}" style="color:{{c}}">{{a}} {{f|fall}}</a>' });
  const data = sampleData(template, { c: 'red' });
  assert.deepEqual(data, { a: 'a', u: 'https://example.com/', f: 'fall' });
  assert.ok(render(template, data, { c: 'red' }).ok);
});

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;

/** Elements, names of attributes, comments, and where text is; not what text and values say. Links by scheme and host. */
function shape(node: Node): unknown {
  if (node.nodeName === '#text') return '#text';
  if (node.nodeName === '#comment') return '#comment';
  const attrs = ('attrs' in node ? node.attrs : []).map(({ name, value }) => [name, /^(?:href|src)$/.test(name) ? value.slice(0, 15) : '']);
  return [node.nodeName, attrs, ('childNodes' in node ? node.childNodes : []).map(shape)];
}

/** Pieces of HTML, some broken, in any order: what they make together is for the reader to judge. */
const PIECES = [
  'text {{v}} ',
  '<p>{{v}}</p>',
  '<b title="{{v}}">',
  "<i class='x {{v}} y'>",
  '<a href="https://a.test/{{v}}?x={{v}}">l</a>',
  '<a href="https://a.test/#{{v}}" title="{{v}}">',
  '<!-- a -->',
  '<!--',
  '-->',
  '<!-->',
  '<!--[if mso]>',
  '<![endif]-->',
  '<title>',
  '</title>',
  '<textarea>{{v}}',
  '</textarea>',
  '<style>a{}',
  '</style>',
  '<table><tr><td>{{v}}',
  '</table>',
  '<select><option>{{v}}',
  '<a b="',
  "<a b='",
  '"',
  "'",
  '>',
  '<',
  '=',
  '/',
  '&',
  ' ',
  '<img alt="{{v}}" src=x>',
  '<noscript>',
  '</noscript>',
];
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '-->',
  '--!>',
  '</title><script>',
  '</textarea>',
  '</style>',
  ']]>',
  '<!--',
  '&lt;',
  '&#60;b&#62;',
  '`',
  '\\',
  'javascript:alert(1)',
  '{{v}}',
  '{{unsubscribe}}',
  '\u00a0',
  '<',
  '>',
  '"',
  "'",
  '-',
  '=',
  '/',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', maxLength: 6 })), { minLength: 1, maxLength: 4 })
  .map(parts =>
    // What is refused by itself says nothing here. A first letter, so that plain text stays a text node.
    `x${parts.join('')}`.toWellFormed().replace(/\p{Cc}/gu, ''),
  );

test('property: no value changes the shape of the HTML', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }), hostile, (pieces, value) => {
      const reading = readTemplate(source({ html: pieces.join('') }));
      if (!reading.ok) return;
      const [plain, made] = [render(reading.template, { v: 'x' }), render(reading.template, { v: value })];
      assert.ok(plain.ok && made.ok);
      assert.deepEqual(shape(parse(made.html ?? '')), shape(parse(plain.html ?? '')), JSON.stringify([pieces.join(''), value]));
      taken++;
    }),
    { numRuns: 4_000 },
  );
  assert.ok(taken > 1_000, `only ${taken} templates were taken`);
});

test('property: no value makes or ends a header field', () => {
  const template = read({ subject: '{{a}} and {{b}}', text: '{{a}}' });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 200 }), (a, b) => {
      const made = render(template, { a, b });
      if (!made.ok) return;
      const built = compose({
        from: 'a@a.test',
        to: ['b@b.test'],
        cc: [],
        bcc: [],
        replyTo: [],
        subject: made.subject,
        text: made.text,
        html: null,
        attachments: [],
        headers: [],
        at: 0,
        messageId: '<1@a.test>',
      });
      if (!built.ok) return assert.equal(built.field, 'subject');
      const names = readHeaders(built.raw).fields.map(field => field.name);
      assert.deepEqual(names, ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type', 'content-transfer-encoding']);
    }),
    { numRuns: 2_000 },
  );
});
