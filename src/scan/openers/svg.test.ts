// SVG: what makes it more than a picture, and what does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opening, Sight } from '../opener.ts';
import { isSvg, openSvg } from './svg.ts';

const opening: Opening = { name: null, room: () => 1_000_000, mostMembers: 100, passwords: [] };
const sights = (inner: string): readonly Sight[] => [
  ...openSvg(
    Buffer.from(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${inner}</svg>`),
    opening,
  ),
];
const rules = (inner: string): readonly string[] => sights(inner).flatMap(one => (one.see === 'finding' ? [one.rule] : []));

for (const [what, inner] of Object.entries({
  script: '<script>1</script>',
  'script of a prefix': '<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>',
  'script elsewhere': '<script href="https://example.org/a.js"/>',
  handler: '<g onload="f()"/>',
  'handler in capitals': '<g onLoad = f()>',
  'link that is a script': '<a xlink:href="java&#10;script:f()"><text>x</text></a>',
  'animated link': '<a><animate attributeName="href" values="javascript:f()"/></a>',
  'animated handler': '<set attributeName="onmouseover" to="f()"/>',
  frame: '<foreignObject><iframe src="https://example.org/"></iframe></foreignObject>',
  form: '<foreignObject><form action="https://example.org/"></form></foreignObject>',
  'frame of a document': '<foreignObject><body><embed src="data:text/html,x"/></body></foreignObject>',
  'link to a document': '<a href="data:text/html;base64,PGI+">x</a>',
}))
  test(`an SVG with a ${what} is no picture`, () => assert.deepEqual(rules(inner), ['svg_script']));

test('pictures give nothing', () => {
  for (const inner of [
    '<path d="M0 0L1 1"/>',
    '<animate attributeName="opacity" from="0" to="1" dur="1s"/><animateTransform attributeName="transform" type="rotate" from="0" to="360"/>',
    '<a href="https://example.org/"><text>on click = open</text></a>',
    '<style>.a{fill:url(#b)} @font-face{src:url(data:font/woff2;base64,d09GMgABAAAAAAAA)}</style>',
    '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml"><p>label</p></div></foreignObject>',
    '<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="/>',
    '<metadata><rdf:RDF><cc:Work rdf:about=""/></rdf:RDF></metadata><use xlink:href="#a"/>',
  ])
    assert.deepEqual(sights(inner), [], inner);
});

test('files in data: URIs are members', () => {
  const [one] = sights('<image href="data:image/svg+xml,%3Csvg onload=f()%3E"/>');
  assert.deepEqual(one?.see === 'member' && [one.type, one.bytes.toString()], ['image/svg+xml', '<svg onload=f()>']);
});

test('kind by content', () => {
  for (const yes of [
    '<svg>',
    '\ufeff<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg xmlns="a">',
    '<!DOCTYPE svg [ <!ENTITY a "<b>"> ]><svg:svg>',
  ])
    assert.ok(isSvg(Buffer.from(yes)), yes);
  for (const no of ['', '<html><svg>', '<?xml?>', '<!--', '<svgx>', '<!DOCTYPE', '<?']) assert.ok(!isSvg(Buffer.from(no)), no);
});

test('damaged pictures end', () => {
  const source = Buffer.from(
    '<svg><a xlink:href="java&#10;script:f()"/><script><![CDATA[ f("data:a/b,1234") ]]></script><!ENTITY x "&lt;script"></svg>',
  );
  for (let n = 0; n < 300; n++) {
    const broken = Buffer.from(source);
    broken[(n * 7919) % broken.length] = (n * 31) & 255;
    assert.ok([...openSvg(broken.subarray(0, n % 2 ? broken.length : n % broken.length), opening)].length < 10);
  }
});
