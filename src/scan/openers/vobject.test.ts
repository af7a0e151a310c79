// Calendars and address cards: files in properties of each version, folded in each way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import type { Opening, Sight } from '../opener.ts';
import { isVobject, openVobject } from './vobject.ts';

const opening = (most = 1_000_000): Opening => ({ name: null, room: () => most, mostMembers: 20, passwords: [] });
const calendar = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
const card = (...lines: readonly string[]): string => ['BEGIN:VCARD', 'VERSION:2.1', ...lines, 'END:VCARD', ''].join('\r\n');
const sights = (text: string): readonly Sight[] => [...openVobject(Buffer.from(text), opening())];
const FILE = Buffer.from('a file that somebody was invited to open, long enough to be folded over some lines of base64');
const B64 = FILE.toString('base64');
const folded = (text: string, by = '\r\n '): string => text.replace(/.{60}(?=.)/gs, `$&${by}`);
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(80)]).toString('base64');

test('attachments of calendars', () => {
  for (const [what, line] of Object.entries({
    usual: folded(`ATTACH;FMTTYPE=application/zip;ENCODING=BASE64;VALUE=BINARY;X-FILENAME="a: b.zip":${B64}`),
    'short fold': `ATTACH;FILENAME="a: b.zip";FMTTYPE=application/zip;ENCODING=b:${B64}`.replace(/.{9}/gs, '$&\r\n\t'),
    'other name': `ATTACH;VALUE=BINARY;FMTTYPE=application/zip;ENCODING=BASE64;X-APPLE-FILENAME="a: b.zip":\r\n ${B64}`,
    'data URI': folded(`ATTACH;FILENAME="a: b.zip":data:application/zip;base64,${B64}`),
    'escaped data URI': `ATTACH;FILENAME="a: b.zip":data:application/zip\\;base64\\,${B64}`,
  }))
    assert.deepEqual(
      sights(calendar('SUMMARY:x', line, 'DTSTART:20260101T000000Z')),
      [{ see: 'member', name: 'a: b.zip', bytes: FILE, type: 'application/zip' }],
      what,
    );
});

test('properties of cards', () => {
  for (const [what, lines] of Object.entries({
    'vCard 2.1': [folded(`SOUND;WAVE;BASE64:${B64}`), ''],
    'vCard 2.1 without blanks': [`KEY;ENCODING=BASE64;X509:\r\n${folded(B64, '\r\n')}`, ''],
    'vCard 3': [`PHOTO;ENCODING=b;TYPE=JPEG:${B64}`],
    'vCard 4': [`LOGO:data:image/png;base64,${B64}`],
    group: [`item1.PHOTO;ENCODING=b:${B64}`],
    'quoted-printable': [
      `SOUND;ENCODING=QUOTED-PRINTABLE:${FILE.toString('latin1').slice(0, 40)}=\r\n${FILE.toString('latin1').slice(40)}`,
    ],
    extension: [`X-FILE;ENCODING=BASE64:${B64}`],
  })) {
    const [one, ...more] = sights(card('N:x', ...lines, 'TEL:+620000'));
    assert.ok(one?.see === 'member' && one.bytes.equals(FILE) && more.length === 0, what);
  }
});

test('honest objects give nothing', () => {
  assert.deepEqual(
    sights(
      card(`PHOTO;ENCODING=b;TYPE=PNG:${PNG}`, 'URL:https://example.org/', 'NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nb', 'EMAIL:a@example.org'),
    ),
    [],
  );
  assert.deepEqual(
    sights(
      calendar(
        'ATTACH;FMTTYPE=application/pdf:https://example.org/a.pdf',
        'DESCRIPTION:data: some\\, more',
        'ORGANIZER;CN="a:b":mailto:a@example.org',
      ),
    ),
    [],
  );
});

test('kind by content', () => {
  for (const yes of ['BEGIN:VCALENDAR\r\n', '\ufeffbegin:vcard\n', '\r\nBEGIN:VCARD\r\n']) assert.ok(isVobject(Buffer.from(yes)), yes);
  for (const no of ['', 'BEGIN:VCALENDARS', 'see BEGIN:VCARD\n']) assert.ok(!isVobject(Buffer.from(no)), no);
});

test('bounds, damage, crowds', () => {
  const source = calendar(folded(`ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.zip:${B64}`));
  assert.deepEqual(
    [...openVobject(Buffer.from(source), opening(5))].map(one => one.see),
    ['unseen'],
  );
  assert.ok(
    sights(calendar(...Array.from({ length: 100 }, () => `ATTACH;ENCODING=BASE64:${B64}`))).some(
      one => one.see === 'unseen' && one.why === 'too_many_parts',
    ),
  );
  for (const piece of ['\n', '\n ', 'A;B="', ':', '=\n', 'data:a/b,', 'X;QUOTED-PRINTABLE:=\n']) {
    const started = spentMs();
    assert.ok(sights(calendar(piece.repeat(200_000 / piece.length))).length < 100);
    assert.ok(spentMs() - started < SOON_MS, piece);
  }
  for (let n = 0; n < 300; n++) {
    const broken = Buffer.from(source);
    for (let k = 0; k < 3; k++) broken[(n * 7919 + k * 31) % broken.length] = (n * 31 + k) & 255;
    assert.ok([...openVobject(broken.subarray(0, n % 2 ? broken.length : (n * 13) % broken.length), opening())].length < 10);
  }
});
