import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compose } from '../../../../src/message/build.ts';
import { attachmentsOf, isReadable, NO_FILES, takenByAll, withMore } from './attached.ts';
import { spotOf, wholeEmail } from './draft.ts';
import { EMPTY } from './samples.ts';

const file = (name: string, size = 1, type = ''): File => new File([new Uint8Array(size)], name, { type });
const ROOM = { attachmentsPerEmail: 2, messageSize: 10_000 };
/** Gone from the disk, or a folder. */
const unreadable = Object.assign(file('gone.txt'), {
  slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
  arrayBuffer: () => Promise.reject(new Error('NotReadableError')),
});

test('what has no room is told with why, and the rest is taken', () => {
  const first = withMore(NO_FILES, [file('a.txt'), file('large.bin', 9_000), file('b.txt'), file('c.txt')], ROOM);
  assert.deepEqual(
    first.kept.map(one => one.name),
    ['a.txt', 'b.txt'],
  );
  assert.deepEqual(
    first.refused.map(({ name, why }) => [name, why]),
    [
      ['large.bin', 'large'],
      ['c.txt', 'many'],
    ],
  );
  assert.ok((first.refused[0]?.bytes ?? 0) > ROOM.messageSize);
  assert.deepEqual(withMore(first, [], ROOM).refused, [], 'told once');
  const names = withMore(NO_FILES, [file('a\u0007.txt'), file('名'.repeat(86)), file('名'.repeat(85))], null);
  assert.deepEqual([names.kept.length, names.refused.map(({ why }) => why)], [1, ['name', 'name']]);
});

test('files take no more of the message than they are said to', () => {
  const made = fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(name => !/\p{Cc}/u.test(name) && name.isWellFormed()),
    size: fc.nat(3_000),
    type: fc.constantFrom('', 'application/pdf', 'message/rfc822'),
  });
  const base = { from: 'a@x.test', to: ['b@x.test'], cc: [], bcc: [], replyTo: [], subject: 's', text: 't', html: null, headers: [] };
  const bytes = (attachments: readonly object[]): number => {
    const composed = compose({ ...base, at: 0, messageId: '<1@x.test>', attachments: attachments as [] });
    assert.ok(composed.ok, JSON.stringify(composed));
    return composed.raw.length;
  };
  fc.assert(
    fc.property(fc.array(made, { minLength: 1, maxLength: 3 }), files => {
      // A message has lines.
      const content = (size: number): Buffer => Buffer.from(`${'x'.repeat(79)}\n`.repeat(size / 80 + 1).slice(0, size));
      const attachments = files.map(({ name, size, type }) => ({ filename: name, content: content(size), contentType: type || undefined }));
      const whole = takenByAll(files.map(one => ({ ...one, size: content(one.size).length })));
      // The frame around all parts, and one more byte for each line of a message.
      assert.ok(bytes(attachments) - bytes([]) <= whole + 200 + files.length * 40);
    }),
  );
});

test('files go out as the API has them; one that is gone is told by its place', async () => {
  const two = [new File(['hello'], '<b>.txt', { type: 'text/plain' }), new File([Uint8Array.of(0, 255)], 'x')];
  assert.deepEqual(await attachmentsOf(two), {
    attachments: [
      { filename: '<b>.txt', content: 'aGVsbG8=', contentType: 'text/plain' },
      { filename: 'x', content: 'AP8=' },
    ],
  });
  assert.equal(await isReadable(two[0] ?? assert.fail()), true);
  assert.equal(await isReadable(unreadable), false);
  const draft = { ...EMPTY, from: 'a@x.test', to: 'b@x.test', text: 'hi' };
  const whole = await wholeEmail(draft, [file('a'), unreadable]);
  assert.equal(whole.ok ? null : whole.fault.field, 'attachments[1]');
  assert.deepEqual(await wholeEmail(draft, []), { ok: true, value: { from: 'a@x.test', to: ['b@x.test'], subject: '', text: 'hi' } });
});

test('beside files a finding keeps its place, and one about a file names it', () => {
  const both = { ...EMPTY, html: '<p>x</p>', text: 'x' };
  const spot = (part: string, draft = both): unknown => spotOf('form', { part, line: 3 }, draft, '', 2);
  assert.deepEqual(spot('1.1.1'), { in: 'text', line: 3 });
  assert.deepEqual(spot('1.1.2'), { in: 'html', line: 3 });
  assert.deepEqual(spot('1.1', { ...EMPTY, text: 'x' }), { in: 'text', line: 3 });
  assert.deepEqual(spot('1.2'), { in: 'attachment', n: 0 });
  assert.deepEqual(spot('1.3.1.2'), { in: 'attachment', n: 1 });
  assert.deepEqual(spotOf('form', { part: '1.2', line: 3 }, both, ''), { in: 'html', line: 3 });
});
