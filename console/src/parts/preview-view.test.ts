import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewed } from './preview-view.ts';

test('without pictures: their sources go, alt text and links stay', () => {
  assert.equal(
    viewed(`<a href="x?src=1"><img alt="a > b" src='y.png' srcset="z 2x" width=3></a><td background=b.png>src="kept"</td>`, 'plain'),
    `<a href="x?src=1"><img alt="a > b" width=3></a><td>src="kept"</td>`,
  );
});

test('a tag that never ends takes no time', () => {
  const html = `<img ${'a="b" '.repeat(50_000)}`;
  assert.equal(viewed(html, 'plain'), html);
});

test('turned colours are a style behind the mail, other views change nothing', () => {
  assert.match(viewed('<p>x', 'dark'), /^<p>x<style>.*invert/);
  assert.equal(viewed('<p>x', 'phone'), '<p>x');
});
