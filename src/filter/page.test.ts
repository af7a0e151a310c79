// What a page shows and what it hides, by every way of hiding that mail readers know, and by none that only looks like one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPage } from './page.ts';

const shown = (html: string): string => readPage(html).visible.replace(/\s+/g, ' ').trim();

const HIDES: readonly string[] = [
  '<div style="display:none">x</div>',
  '<div style="DISPLAY : none !important">x</div>',
  '<div style="d\\69splay:/* */none">x</div>',
  '<div style="visibility:hidden">x</div>',
  '<span style="font-size:0">x</span>',
  '<span style="font-size:.1em">x</span>',
  '<span style="font:1px/1px arial">x</span>',
  '<div style="max-height:0;overflow:hidden">x</div>',
  '<div style="opacity:0.0">x</div>',
  '<div style="position:absolute;left:-9999px">x</div>',
  '<div style="text-indent:-999em">x</div>',
  '<div style="clip-path:inset(100%)">x</div>',
  '<p style="color:#fefefe">x</p>',
  '<font color="white">x</font>',
  '<p style="color:rgba(9,9,9,0)">x</p>',
  '<table><tr><td bgcolor="#111111"><font color=#101010>x</font></td></tr></table>',
  '<div style="background:#fff"><p style="color:rgb(255, 255, 254)">x</p></div>',
  '<p hidden>x</p>',
  '<style>.a{color:red} .b , .c{display:none}</style><p class="z c">x</p>',
  '<style>@media (max-width:9px){.b{display:block}}\n#q{display:none}</style><p id=q>x</p>',
  '<style>p{margin:0}</style><style>tt{font-size:0}</style><tt>x</tt>',
  '<style>@media all{td.b{visibility:hidden}}</style><table><td class=b>x</table>',
  '<div style="display:none"><div>x</div>x<b>x</b></div>',
  '<div style="display:none"><table><tr><td></div>x</td></tr></table></div>',
  '<template>x</template>',
  '<title>x</title>',
  '<script>x</script>',
  '<!-- x -->',
  '<!-- x --!>',
];
for (const html of HIDES) test(`hides: ${html}`, () => assert.equal(shown(`<p>a</p>${html}<p>b</p>`), 'a b'));

const SHOWS: readonly string[] = [
  '<div title="a hidden b" data-x="style=display:none">x</div>',
  '<div title="; color:#fff">x</div>',
  '<div style="display:none;display:block">x</div>',
  '<div style="font-family:\'display:none\'">x</div>',
  '<td style="font-size:0"><div style="font-size:15px">x</div></td>',
  '<div style="visibility:hidden"><p style="visibility:visible">x</p></div>',
  '<div style="height:0">x</div>',
  '<p style="display:none"><div>x</div>',
  '<div><span style="display:none"></div>x',
  '<ul><li style="display:none"><li>x</ul>',
  '<table><tr><td style="display:none"><td>x</table>',
  '<table><tr><td bgcolor="#222"></td></tr></table><p style="color:#222">x</p>',
  '<body bgcolor=black text=white>x</body>',
  '<td bgcolor="#003366"><font color="#ffffff">x</font></td>',
  '<td background="a.png"><font color="#ffffff">x</font></td>',
  '<style>.x{display:none} .x{display:block}</style><p class=x>x</p>',
  '<style>.x{display:none}</style><p class=x style="display:block">x</p>',
  '<style>@media (max-width:600px){.x{display:none}}</style><p class=x>x</p>',
  '<style>.a .x{display:none}</style><p class=x>x</p>',
  '<!-->x<!-- -->',
  '<!--->x<!-- -->',
  '<!-- --!>x<!-- -->',
  '</ y>x',
  '<object>x</object>',
  '<style>x',
];
for (const html of SHOWS) test(`shows: ${html}`, () => assert.equal(shown(`<p>a</p>${html}`), 'a x'));

test('words stay whole over tags, comments and references that show nothing', () => {
  for (const inside of ['<b></b>', '<!-- -->', '<!-->', '</ x>', '<wbr>', '<x-y z=">">', '<span style="display:none">k</span>', '<?x?>'])
    assert.equal(shown(`via${inside}gra`), 'viagra', inside);
  assert.equal(shown('via<br>gra<td>x'), 'via gra x');
  assert.equal(readPage('v<b></b>i<i></i>a<!-- -->gra').splits, 3);
});

test('letters in cells stand apart by one blank, words by more', () => {
  assert.match(readPage('<tr><td>a</td><td>b</td><td>&nbsp;</td><td>c</td></tr>').visible, /a b {3}c/);
});

test('text turned around is marked as such', () => {
  assert.equal(shown('<bdo dir=rtl>cba</bdo>d'), '\u202ecba\u202cd');
  assert.equal(shown('<i style="direction:rtl;unicode-bidi:bidi-override">cba</i>'), '\u202ecba\u202c');
});

test('noscript is shown where hardly anything else is', () => {
  assert.equal(shown(`<noscript>${'word '.repeat(20)}</noscript>`), 'word '.repeat(20).trim());
  assert.equal(shown(`<p>${'word '.repeat(20)}</p><noscript>x</noscript>`), 'word '.repeat(20).trim());
});

test('anchors with what they show, entities read; those inside hidden text are none', () => {
  assert.deepEqual(
    readPage('<a href="http&#58;//a.test/?x=1&amp;y=2">go <b>on</b></a><a name=b>c</a><A HREF = \'//b.test\'>d</A>').anchors,
    [
      { href: 'http://a.test/?x=1&y=2', shown: 'go on' },
      { href: '//b.test', shown: 'd' },
    ],
  );
  assert.deepEqual(readPage('<p hidden><a href="http://a.test/">x</a></p>').anchors, []);
  assert.equal(readPage('<a href="http://a.test/">x<a href="http://b.test/">y').anchors.length, 2);
});

test('counts', () => {
  const page = readPage(
    '<base href=x><table><form><input type="password"><script></script><font>a</font><!-- --><img src=cid:1 width="1"><img src=a alt="b &amp; c"></table>',
  );
  const { tables, forms, passwords, scripts, fonts, comments, images, pixels, inlineImages, base, alts } = page;
  assert.deepEqual(
    [tables, forms, passwords, scripts, fonts, comments, images, pixels, inlineImages, base, alts],
    [1, 1, 1, 1, 1, 1, 2, 1, 1, true, 'b & c\n'],
  );
});

test('a payload behind a long comment, blanks or breaks is still read', () => {
  for (const front of [
    `<!-- ${'x'.repeat(300_000)} -->`,
    '&nbsp; \n'.repeat(20_000),
    '<br>'.repeat(10_000),
    `<p hidden>${'y '.repeat(100_000)}</p>`,
  ])
    assert.match(readPage(`${front}payload`).visible, /payload/);
});

const PIECES = [
  '<',
  '>',
  '"',
  "'",
  '=',
  '/',
  '!',
  '--',
  'a',
  ' ',
  '&',
  '#',
  ';',
  '<p',
  '</p>',
  '<div style="',
  'display:none',
  '<style>',
  '</style>',
  '{',
  '}',
  '.a',
  '@media',
  '<td>',
  '<a href=',
  'hidden',
  '<!--',
  '-->',
  '<bdo dir=rtl>',
  '\u202e',
  '<noscript>',
  '<svg',
  '\0',
  '票',
];
test('whatever the page is made of, nothing throws and no more is shown than stands there', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 80 }), pieces => {
      const html = pieces.join('');
      const { visible, anchors } = readPage(html);
      assert.ok(visible.length <= html.length + 4 * pieces.length);
      assert.ok(anchors.length <= 100);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), html => assert.equal(typeof readPage(html).visible, 'string')));
});
