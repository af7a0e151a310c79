// PDF: what is packed in it is shown from wherever it hides, what it does by itself is told, honest files give nothing, and hostile or
// damaged ones end within their bounds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { endsOnAnything } from '../../../test/archives/opened.ts';
import { lzw, pack, pdfOf, type Cipher, type Filter, type PdfPlan } from '../../../test/archives/pdf.ts';
import type { Opening } from '../opener.ts';
import { isPdf, openPdf } from './pdf.ts';

const FILE = Buffer.from('The embedded file. '.repeat(60));
const SCRIPT = 'app.alert("hello");';

type Seen = {
  readonly members: ReadonlyMap<string | null, string>;
  readonly rules: readonly string[];
  readonly unseen: readonly string[];
  readonly count: number;
};

function see(
  bytes: Buffer,
  { passwords = [], most = 1 << 24, mostMembers = 1000 }: { passwords?: readonly string[]; most?: number; mostMembers?: number } = {},
): Seen {
  const members = new Map<string | null, string>();
  const [rules, unseen]: [string[], string[]] = [[], []];
  let count = 0;
  const opening: Opening = { name: null, room: () => most, mostMembers, passwords };
  for (const sight of openPdf(bytes, opening)) {
    if (sight.see === 'member') {
      count++;
      const name = sight.name?.startsWith('javascript-') ? 'js' : sight.name;
      members.set(name, (members.get(name) ?? '') + sight.bytes.toString('latin1'));
      if (sight.otherName) members.set(`|${sight.otherName}`, '');
    } else if (sight.see === 'finding') rules.push(sight.rule);
    else if (sight.see === 'unseen') unseen.push(sight.name === null ? sight.why : `${sight.why}:${sight.name}`);
  }
  return { members, rules: rules.toSorted(), unseen, count };
}
const rulesOf = (plan: PdfPlan): readonly string[] => see(pdfOf(plan)).rules;
const raw = (text: string): Buffer => Buffer.from(`%PDF-1.4\n${text}`, 'latin1');
const stream = (dict: string, bytes: Buffer | string, end = '\nendstream\nendobj\n'): Buffer =>
  Buffer.concat([Buffer.from(`<< ${dict} >>\nstream\n`), Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'), Buffer.from(end)]);

test('a PDF is told by its mark in the first 1024 bytes', () => {
  assert.ok(isPdf(pdfOf()));
  assert.ok(isPdf(pdfOf({ before: 'x'.repeat(1000) })));
  assert.ok(isPdf(Buffer.from('%!PS-Adobe-3.0 PDF-1.4\n')));
  assert.ok(!isPdf(Buffer.from(`${'x'.repeat(2000)}%PDF-1.4`)));
  assert.ok(!isPdf(Buffer.alloc(0)));
});

test('an ordinary PDF gives its pages in one member and nothing else', () => {
  const picture = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(500, 7)]);
  const pdf = pdfOf({
    pages: ['One', 'Two'],
    images: [
      { width: 900, height: 900, bytes: Buffer.alloc(900 * 900 * 3, 1) },
      { width: 9, height: 9, bytes: picture, filter: 'DCTDecode' },
    ],
  });
  const { members, rules, unseen, count } = see(pdf);
  assert.deepEqual([rules, unseen, count], [[], [], 1]);
  assert.match(members.get(null) ?? '', /\(One\) Tj[^]*\(Two\) Tj/);
  assert.ok(!members.get(null)?.includes('\xff\xd8\xff'));
});

for (const objectStreams of [false, true]) {
  test(`files, scripts and launches are found, ${objectStreams ? 'in object streams' : 'bare'}`, () => {
    const plan = { objectStreams, embedded: [{ name: 'a.bin', bytes: FILE }], javascript: [SCRIPT], launch: 'cmd.exe' };
    const { members, rules, unseen } = see(pdfOf(plan));
    assert.equal(members.get('a.bin'), FILE.toString());
    assert.equal(members.get('js'), SCRIPT);
    assert.deepEqual([rules, unseen], [['pdf_javascript', 'pdf_launch'], []]);
  });
}

const CIPHERS: readonly Cipher[] = ['rc4-40', 'rc4-128', 'aes-128', 'aes-256'];
for (const cipher of CIPHERS) {
  for (const objectStreams of [false, true]) {
    const plan: PdfPlan = { objectStreams, embedded: [{ name: 'a.bin', bytes: FILE }], javascript: [SCRIPT] };
    test(`${cipher} opens with no password, the user's and the owner's${objectStreams ? ', object streams' : ''}`, () => {
      const secret = { cipher, user: 'user', owner: 'owner' };
      const metadata = { dict: '/Type /Metadata /Filter /FlateDecode', bytes: deflateSync(Buffer.from('plain xmp')) };
      for (const [pdf, passwords] of [
        [pdfOf({ ...plan, encrypt: { cipher } }), []],
        [pdfOf({ ...plan, encrypt: secret }), ['wrong', 'user']],
        [pdfOf({ ...plan, encrypt: secret }), ['owner']],
        [pdfOf({ ...plan, objects: [metadata], encrypt: { ...secret, plainMetadata: cipher.startsWith('aes') } }), ['user']],
      ] as const) {
        const { members, rules, unseen } = see(pdf, { passwords });
        assert.deepEqual([members.get('a.bin'), members.get('js'), rules, unseen], [FILE.toString(), SCRIPT, ['pdf_javascript'], []]);
        if (pdf.includes('/Metadata')) assert.match(members.get(null) ?? '', /plain xmp/);
      }
    });
    test(`${cipher} without the password is encrypted${objectStreams ? ', object streams' : ''}`, () => {
      const { unseen, members } = see(pdfOf({ ...plan, encrypt: { cipher, user: 'user' } }), {
        passwords: ['a', 'b', 'c', 'd', 'e', 'user'],
      });
      assert.deepEqual([unseen, members.get('a.bin')], [['encrypted'], undefined]);
    });
  }
}

test('another handler is encrypted; a trailer without encryption has the streams read as they are too', () => {
  assert.ok(see(raw('1 0 obj <</Filter/Adobe.PubSec/V 4/StmF/A>> trailer <</Root 2 0 R/Encrypt 1 0 R>>')).unseen.includes('encrypted'));
  const pdf = pdfOf({ encrypt: { cipher: 'aes-128' } });
  const plain = Buffer.concat([
    pdf,
    Buffer.from('90 0 obj '),
    stream('/Type/EmbeddedFile/Filter/FlateDecode', deflateSync(FILE)),
    Buffer.from('trailer <</Root 1 0 R>>'),
  ]);
  assert.ok([...see(plain).members.values()].some(one => one.includes(FILE.toString())));
});

const CHAINS: readonly (readonly Filter[])[] = [
  ['FlateDecode'],
  ['LZWDecode'],
  ['ASCII85Decode', 'FlateDecode'],
  ['ASCIIHexDecode', 'RunLengthDecode'],
  ['ASCII85Decode', 'LZWDecode', 'RunLengthDecode'],
  [],
];
for (const filters of CHAINS) {
  test(`filters: ${filters.join(', ') || 'none'}`, () => {
    const long = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * i * 31) % (1 + (i >> 8))));
    assert.equal(see(pdfOf({ embedded: [{ name: 'a', bytes: long, filters }] })).members.get('a'), long.toString('latin1'));
  });
}

test('short names, predictors, late change and a chain by reference', () => {
  const embedded = (dict: string, bytes: Buffer): string | undefined =>
    see(
      Buffer.concat([raw('7 0 obj [/AHx 8 0 R]\nendobj 8 0 obj /Fl endobj 9 0 obj '), stream(`/Type/EmbeddedFile ${dict}`, bytes)]),
    ).members.get(null);
  assert.equal(embedded('/Filter 7 0 R', Buffer.from(deflateSync(FILE).toString('hex'))), FILE.toString());
  assert.equal(embedded('/F [/A85]', pack('ASCII85Decode', FILE)), FILE.toString());
  // The example of the standard.
  assert.equal(embedded('/Filter/LZW', Buffer.from('800b6050220c0c8501', 'hex')), '-----A---B');
  const long = Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * i) % 251));
  assert.equal(embedded('/Filter/LZW/DecodeParms<</EarlyChange 0>>', lzw(long, 0)), long.toString('latin1'));
  const rows = Buffer.from([2, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1, 4, 1, 1, 1, 3, 2, 2, 2]);
  assert.equal(
    embedded('/Filter/Fl/DecodeParms<</Predictor 15/Columns 3>>', deflateSync(rows)),
    Buffer.from([1, 2, 3, 2, 3, 4, 5, 6, 7, 6, 7, 8, 5, 8, 10]).toString('latin1'),
  );
  assert.equal(
    embedded('/Filter/Fl/DecodeParms[<</Predictor 2/Columns 3/Colors 2>>]', deflateSync(Buffer.from([1, 9, 1, 1, 1, 1]))),
    '\x01\x09\x02\x0a\x03\x0b',
  );
  assert.equal(
    embedded('/Filter/Fl/DecodeParms<</Predictor 2/Columns 8/BitsPerComponent 1>>', deflateSync(Buffer.from([0b10000001]))),
    '\xfe',
  );
});

test('what hides is found: old revisions, wrong lengths, no tables, comments, names in both places, two definitions of a key', () => {
  const hidden = (before: string, dict: string, end?: string): readonly string[] => [
    ...see(Buffer.concat([raw(before), stream(`/Type/EmbeddedFile/Filter/FlateDecode ${dict}`, deflateSync(FILE), end)])).members.values(),
  ];
  const told = [FILE.toString()];
  assert.deepEqual(hidden('5 0 obj', '/Length 1'), told);
  assert.deepEqual(hidden('5 0 obj', '/Length 99999999'), told);
  assert.deepEqual(hidden('5 0 obj', '/Length 6 0 R', ''), told);
  assert.deepEqual(hidden('5 % one\n 0 % two\nobj', ''), told);
  assert.deepEqual(hidden('(a string ( 5 0 obj', ''), told);
  assert.deepEqual(hidden('5 0 obj', '/Filter /ASCIIHexDecode').includes(FILE.toString()), true);
  const changed = Buffer.concat([
    pdfOf({ javascript: [SCRIPT], embedded: [{ name: 'a.exe', bytes: FILE }] }),
    Buffer.from(Array.from({ length: 12 }, (_, i) => `${i + 1} 0 obj null endobj `).join('')),
  ]);
  assert.deepEqual([see(changed).rules, see(changed).members.get('a.exe')], [['pdf_javascript'], FILE.toString()]);
  const names = Buffer.concat([
    raw('1 0 obj <</Type/Filespec/F(a.txt)/UF<feff0062002e006500780065>/EF<</F 2 0 R>>>> 2 0 obj'),
    stream('', 'x'),
  ]);
  assert.deepEqual([...see(names).members.keys()], ['b.exe', '|a.txt']);
});

test('damaged streams give what came out, and are no fault', () => {
  const packed = deflateSync(Buffer.from(Array.from({ length: 9000 }, (_, i) => `line ${i % 71}\n`).join('')));
  for (const bytes of [
    packed.subarray(0, packed.length / 2),
    Buffer.concat([packed.subarray(0, packed.length / 2), Buffer.alloc(40, 255)]),
    Buffer.concat([Buffer.from('0000', 'hex'), packed.subarray(2)]),
  ]) {
    const { members, unseen } = see(Buffer.concat([raw('5 0 obj'), stream('/Type/EmbeddedFile/Filter/FlateDecode', bytes)]));
    assert.match(members.get(null) ?? '', /^line 0\nline 1\n/);
    assert.deepEqual(unseen, []);
  }
});

for (const [what, plan, rules] of [
  ['script when opened', { openAction: SCRIPT }, ['pdf_open_action_javascript']],
  ['script in a tree', { javascript: [SCRIPT] }, ['pdf_javascript']],
  [
    'script behind others',
    {
      openAction: '<< /S /GoTo /D [3 0 R /Fit] /Next [<< /S /Named /N /FirstPage /Next 3 0 R >>] >>',
      objects: [`<< /S /JavaScript /JS (${SCRIPT.replace(/[()]/g, '\\$&')}) >>`],
    },
    ['pdf_open_action_javascript'],
  ],
  [
    'script in a stream',
    {
      page: '/AA << /O << /S /JavaScript /JS 3 0 R >> >>',
      objects: [{ dict: '/Filter /FlateDecode', bytes: deflateSync(Buffer.from(SCRIPT)) }],
    },
    ['pdf_open_action_javascript'],
  ],
  [
    'script of a button',
    { page: '/Annots [<< /Subtype /Widget /FT /Btn /AA << /U << /S /JavaScript /JS (go\\(\\)) >> >> >>]' },
    ['pdf_javascript'],
  ],
  [
    'escaped names',
    { catalog: '/Open#41ction << /S /Java#53cript /J#53 (go\\(\\)) >>' },
    ['pdf_obfuscated_name', 'pdf_open_action_javascript'],
  ],
  ['program when opened', { openAction: '<< /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>' }, ['pdf_launch_open_action']],
  ['kind by reference', { objects: ['/Launch', '<< /S 3 0 R /F (a.exe) >>'] }, ['pdf_launch']],
  ['a share when opened', { openAction: '<< /S /GoToE /F (\\\\\\\\10.0.0.1\\\\x) /D [0 /Fit] >>' }, ['pdf_remote']],
  ['an address when the page is shown', { page: '/AA << /O << /S /URI /URI (http://a.test/) >> >>' }, ['pdf_remote']],
  [
    'forms with a script',
    {
      catalog: '/AcroForm << /XFA [(template) 3 0 R (end) 4 0 R] >>',
      objects: [
        { dict: '', bytes: Buffer.from('<xdp:xdp><field><scr') },
        { dict: '', bytes: Buffer.from('ipt>x</script>') },
      ],
    },
    ['pdf_javascript'],
  ],
  [
    'Flash',
    { page: '/Annots [<< /Subtype /RichMedia /RichMediaContent << /Configurations [<< /Subtype /Flash >>] >> >>]' },
    ['pdf_richmedia'],
  ],
  [
    'Flash by content',
    { page: '/Annots [<< /Subtype /RichMedia >>]', embedded: [{ name: 'a', bytes: Buffer.from('CWS\x0a....') }] },
    ['pdf_richmedia'],
  ],
] as const satisfies readonly (readonly [string, PdfPlan, readonly string[]])[]) {
  test(`told: ${what}`, () => {
    assert.deepEqual(rulesOf(plan), rules);
    assert.deepEqual(rulesOf({ ...plan, objectStreams: true }), rules);
    assert.deepEqual(rulesOf({ ...plan, encrypt: { cipher: 'aes-256' } }), rules);
  });
}

const fieldWith = (script: string): PdfPlan => ({
  page: `/Annots [<< /Subtype /Widget /FT /Tx /T (a) /AA << /F << /S /JavaScript /JS (${script.replace(/[\\()]/g, '\\$&')}) >> >> >>]`,
});
for (const [what, plan] of [
  ['numbers', fieldWith('AFNumber_Format(2, 0, 0, 0, "\\u20ac ", true);')],
  ['dates', fieldWith('AFDate_FormatEx("dd.mm.yyyy");')],
  ['sums', fieldWith('AFSimple_Calculate("SUM", new Array ("a", "b;c"));')],
  ['own sums', fieldWith('/** BVCALC a*b EVCALC **/ event.value=AFMakeNumber(getField("a").value)*AFMakeNumber(getField("b").value)')],
  ['printing', { openAction: 'this.print({bUI: true, bSilent: false, bShrinkToFit: true});' }],
  [
    'links',
    {
      page: '/Annots [<< /Subtype /Link /A << /S /URI /URI (http://a.test/) >> >> << /Subtype /Link /A << /S /GoToR /F (\\\\\\\\server\\\\a.pdf) >> >>]',
    },
  ],
  ['a link to a PDF beside it', { launch: 'chapter2.pdf' }],
  ['a page to begin with', { openAction: '<< /S /GoTo /D [3 0 R /Fit] >>' }],
  ['escaped honest names', { catalog: '/My#20Entry 1 /Lang (de)' }],
  ['a font called JS', { page: '/More << /JS 3 0 R >>', objects: ['<< /Type /Font >>'] }],
  [
    'forms without a script',
    { catalog: '/AcroForm << /XFA 3 0 R >>', objects: [{ dict: '', bytes: Buffer.from('<xdp:xdp><description/></xdp:xdp>') }] },
  ],
] as const satisfies readonly (readonly [string, PdfPlan])[]) {
  test(`honest: ${what}`, () => {
    const { rules, unseen } = see(pdfOf(plan));
    assert.deepEqual([rules, unseen], [[], []]);
  });
}

test('honest calls do not cover others', () => {
  for (const script of [
    'AFNumber_Format(2);app.alert(1)',
    'AFNumber_Format(eval("x"))',
    'print(this.x())',
    'event.value=app.x',
    'AFDate_FormatEx("a"+app.b)',
  ])
    assert.deepEqual(rulesOf(fieldWith(script)), ['pdf_javascript'], script);
});

test('only the attachments are encrypted: their names are told', () => {
  const lock = '1 0 obj <</Filter/Standard/V 5/R 6/U()/O()/EFF/A/CF<</A<</CFM/AESV3>>>>>> endobj trailer <</Root 9 0 R/Encrypt 1 0 R>> ';
  const { unseen, members } = see(Buffer.concat([raw(`${lock} 3 0 obj <</UF(a.exe)/EF<</UF 2 0 R>>>> 2 0 obj`), stream('', 'abc')]));
  assert.deepEqual([unseen, [...members]], [['encrypted', 'encrypted:a.exe'], []]);
});

test('an embedded file that cannot be unpacked is unseen, and so is what is too large', () => {
  const file = (filter: string): Seen =>
    see(Buffer.concat([raw('1 0 obj <</F(a.bin)/EF<</F 2 0 R>>>> 2 0 obj'), stream(`/Filter${filter}`, 'abc')]));
  for (const filter of ['/Unknown', '/JBIG2Decode', '/CCF', '[/AHx/DCTDecode]', '/constructor'])
    assert.deepEqual(file(filter).unseen, ['method:a.bin']);
  assert.deepEqual(file('/Crypt').members.get('a.bin'), 'abc');
  const zeros = deflateSync(Buffer.alloc(100_000_000));
  for (const dict of ['/Filter/Fl', '/Filter/Fl/Type/EmbeddedFile', '/Filter[/Fl/AHx]']) {
    const { unseen, members } = see(Buffer.concat([raw('1 0 obj'), stream(dict, zeros)]));
    assert.deepEqual(unseen, ['too_large']);
    assert.ok((members.get(null)?.length ?? 0) <= 1 << 20);
  }
  // Samples of a picture are not.
  assert.deepEqual(see(Buffer.concat([raw('1 0 obj'), stream('/Subtype/Image/Width 9999/Height 9999/Filter/Fl', zeros)])).unseen, []);
  assert.deepEqual(
    see(pdfOf({ embedded: Array.from({ length: 30 }, (_, i) => ({ name: `${i}`, bytes: FILE })) }), { mostMembers: 9 }).unseen,
    ['too_many_parts'],
  );
});

test('hostile files end soon', () => {
  const many = (text: string, n = 300_000): Buffer => raw(text.repeat(n / text.length));
  for (const [bytes, unseen] of [
    [raw(`1 0 obj ${'['.repeat(100_000)}`), ['too_deep']],
    [raw(`1 0 obj ${'<</Next'.repeat(100_000)}`), ['too_deep']],
    [many('1 0 obj (', 1_000_000), ['too_many_parts']],
    [many('1 0 obj <', 1_000_000), ['too_many_parts']],
    [many('1 0 obj [1 0 R] '), []],
    [many('1 0 obj 1 0 R '), []],
    [many('2 0 obj <</OpenAction 2 0 R/JS 2 0 R/S 2 0 R/EF 2 0 R/XFA 2 0 R/Next 2 0 R>>'), ['too_many_parts']],
    [many('1 0 obj <</Filter/Fl>>stream\nx\x9c', 1_000_000), ['too_many_parts']],
    [many('1 0 obj <</Length 1 0 R>>stream\nendstream '), []],
    [many('1 0 obj ', 2_000_000), ['too_many_parts']],
    [Buffer.concat([raw('1 0 obj '), stream('/N 9/First 9/Filter/Fl', deflateSync(Buffer.from('1 0 2 0 3 <</N 1/First 1>>stream')))]), []],
    [
      Buffer.concat([raw('1 0 obj '), stream('/N 1000000/First 4/Filter/Fl', deflateSync(Buffer.from('1 0 '.repeat(250_000))))]),
      ['too_many_parts'],
    ],
  ] as const) {
    const started = spentMs();
    assert.deepEqual(see(bytes).unseen, unseen, bytes.toString('latin1', 0, 60));
    assert.ok(spentMs() - started < SOON_MS);
  }
});

test('damaged PDFs end quietly', () => {
  const plan: PdfPlan = {
    embedded: [{ name: 'a', bytes: FILE, filters: ['ASCII85Decode', 'LZWDecode'] }],
    javascript: [SCRIPT],
    launch: 'a.exe',
    images: [{ width: 9, height: 9, bytes: FILE }],
  };
  endsOnAnything(openPdf, pdfOf(plan), 120);
  endsOnAnything(openPdf, pdfOf({ ...plan, objectStreams: true }), 120, 2);
  for (const cipher of CIPHERS) endsOnAnything(openPdf, pdfOf({ ...plan, encrypt: { cipher } }), 40, 3);
});
