// Which places of a page are found, and that hostile pages cost no more than their length.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_HTML, MAX_LINKS } from './bounds.ts';
import { readPage } from './page.ts';

const linksOf = (html: string): readonly string[] => readPage(html).links.map(({ start, end }) => html.slice(start, end));

const PAGES: readonly (readonly [html: string, links: readonly string[], why: string])[] = [
  ['<a href="1">x</a><a href=\'2\'>x</a><a href=3>x</a><A HREF = "4" >', ['1', '2', '3', '4'], 'all three forms of a value'],
  ['<area href=1><map><area shape=rect href="2"/></map>', ['1', '2'], 'areas'],
  ['<link href=1><base href=2><abbr href=3><article href=4><img src=5>', [], 'other elements'],
  ['<a title="<a href=x>" href=1>', ['1'], 'a tag inside a value'],
  ['<a title=">" href=1>', ['1'], 'a > inside a value'],
  ['<a href=1 href=2>', ['1'], 'the first of two'],
  ['<a/href=1>', ['1'], 'a slash for a blank'],
  ['<a href=1/>', ['1/'], 'a slash belongs to a value without quotes'],
  ['<a data-href=1 xhref=2>', [], 'other attributes'],
  ['<a href>', [''], 'no value'],
  ['<a data-track="false" href=1><a href=2 data-track=FALSE><a data-track=cta href=3>', ['3'], 'links that are not to be counted'],
  ['<!-- <a href=1> --><a href=2>', ['2'], 'a comment'],
  ['<!--[if mso]><a href=1><![endif]--><![if !mso]><a href=2><![endif]>', ['2'], 'conditions of Outlook'],
  ['<!--><a href=1><!---><a href=2><!-- --!><a href=3>', ['1', '2', '3'], 'comments that are over sooner than they look'],
  ['<style>a:after{content:"<a href=1>"}</style><a href=2>', ['2'], 'style'],
  ['<script>"</scripted><a href=1>"</script ><a href=2>', ['2'], 'script'],
  ['<title><a href=1></title><textarea><a href=2></textarea><a href=3>', ['3'], 'text elements'],
  ['<? <a href=1> ?><a href=2>', ['2'], 'a processing instruction ends at the first >'],
  ['1 < 2 <a href=1> 3 <', ['1'], 'signs that are no tags'],
  ['</a href=1><a href=2>', ['2'], 'an end tag has no link'],
  ['</ <a href=1>><a href=2>', ['2'], 'what readers take for a comment'],
  ['<a href="1>x</a><a href=2>', [], 'a quote that never ends'],
  ['<plaintext><a href=1>', [], 'plaintext'],
];

test('the links of a page', () => {
  for (const [html, links, why] of PAGES) assert.deepEqual(linksOf(html), links, why);
});

test('the end of the body, or that there is none', () => {
  const endOf = (html: string): string | null => {
    const { end } = readPage(html);
    return end === null ? null : `${html.slice(0, end)}|${html.slice(end)}`;
  };
  assert.equal(endOf('<body><p>x</body></html>\r\n'), '<body><p>x|</body></html>\r\n');
  assert.equal(endOf('<p>x</html>'), '<p>x|</html>');
  assert.equal(endOf('<p>x\r\n\r\n'), '<p>x|\r\n\r\n');
  assert.equal(endOf('</body><!-- </body> -->x</body>'), '</body><!-- </body> -->x|</body>');
  assert.equal(endOf(''), '|');
  for (const open of ['<!-- x', '<p title="x', '<style>x', '<p', '<plaintext>', '<!x']) assert.equal(endOf(`<p>x</p>${open}`), null, open);
});

/** What would take quadratic time does not end within a test's patience: it only needs to end. */
test('hostile pages cost no more than their length', () => {
  const hostile = [
    '<',
    '<a ',
    '<a href="',
    '<a href=x',
    '<a href=x>',
    '<a a=a ',
    '<!--',
    '<!---',
    '<!-- --',
    '</',
    '<style>',
    '<style></styl',
    '"\'',
    '= ',
    '<a href="&#',
  ];
  for (const piece of hostile) {
    const html = piece.repeat(Math.ceil(MAX_HTML / piece.length));
    assert.ok(readPage(html).links.length <= MAX_LINKS, piece);
    assert.ok(readPage(`<a href="${html}`).links.length <= MAX_LINKS, piece);
  }
});
