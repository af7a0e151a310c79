// Our walker against postal-mime on messages that this test writes: the same texts, names and bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { encodeBase64, encodeQuotedPrintable } from './transfer.ts';
import { walk } from './walk.ts';

const body = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 })
  .map(lines => lines.map(line => line.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')).join('\r\n'));
const leaf = fc.record({
  text: body,
  encoding: fc.constantFrom('base64', 'quoted-printable', '8bit'),
  name: fc.constantFrom(null, 'a.bin', 'b c.pdf', 'ü.txt'),
});
type LeafPlan = { readonly text: string; readonly encoding: string; readonly name: string | null };
type Plan = LeafPlan | { readonly parts: readonly Plan[] };
const plan: fc.Arbitrary<Plan> = fc.letrec<{ plan: Plan; leaf: LeafPlan; many: { readonly parts: readonly Plan[] } }>(tie => ({
  leaf,
  many: fc.record({ parts: fc.array(tie('plan'), { minLength: 1, maxLength: 4 }) }),
  plan: fc.oneof({ maxDepth: 3, depthSize: 'small' }, tie('leaf'), tie('many')),
})).plan;

let boundaries = 0;

function written(one: Plan): string {
  if ('parts' in one) {
    const boundary = `=_b${++boundaries}_`;
    return `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${one.parts.map(part => `--${boundary}\r\n${written(part)}\r\n`).join('')}--${boundary}--`;
  }
  const bytes = Buffer.from(one.text);
  const encoded =
    one.encoding === 'base64'
      ? encodeBase64(bytes).trimEnd()
      : one.encoding === 'quoted-printable'
        ? encodeQuotedPrintable(bytes)
        : bytes.toString('latin1');
  const type = one.name === null ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  const disposition = one.name === null ? '' : `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(one.name)}\r\n`;
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${one.encoding}\r\n${disposition}\r\n${encoded}`;
}

const leavesOf = (one: Plan): readonly LeafPlan[] => ('parts' in one ? one.parts.flatMap(leavesOf) : [one]);

test('the same leaves as planned, and the same attachments as postal-mime', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async one => {
      const raw = Buffer.from(`MIME-Version: 1.0\r\n${written(one)}\r\n`, 'latin1');
      const message = walk(raw);
      const planned = leavesOf(one);
      assert.deepEqual(
        message.leaves.map(found => [found.fileName, found.reading]),
        planned.map(wanted => [wanted.name, 'main']),
      );
      // postal-mime gives line ends as LF.
      const trimmed = (text: string): string => text.replace(/\r\n/g, '\n').trim();
      assert.deepEqual(
        message.leaves.map(found => trimmed(found.bytes().toString())),
        planned.map(wanted => trimmed(wanted.text)),
      );
      const other = await PostalMime.parse(raw);
      const ours = message.leaves.filter(found => found.fileName !== null);
      assert.deepEqual(
        ours.map(found => [found.fileName, trimmed(found.bytes().toString())]),
        other.attachments.map(found => [found.filename, trimmed(Buffer.from(found.content as ArrayBuffer).toString())]),
      );
    }),
    { numRuns: 200 },
  );
});
