// VBA: sources come out as they went in, projects that hide them are told, and what the rules make of harmless look-alikes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { cfbOf } from '../../../test/archives/cfb.ts';
import { endsOnAnything, openingOf } from '../../../test/archives/opened.ts';
import { compressVba, sourceOf, vbaProjectOf, type VbaModule } from '../../../test/archives/vba.ts';
import { randomFrom } from '../../../test/random.ts';
import { openOle } from './ole.ts';
import { decompressVba } from './vba.ts';
import { hasCode, judgeVba } from './vba-rules.ts';

const documentOf = (modules: readonly VbaModule[], identifiers?: string): Buffer =>
  cfbOf({ Macros: vbaProjectOf(modules, identifiers === undefined ? {} : { identifiers }), WordDocument: Buffer.alloc(200) });
const rulesOf = (bytes: Buffer): readonly string[] =>
  [...openOle(bytes, openingOf())].flatMap(one => (one.see === 'finding' ? [one.rule] : one.see === 'unseen' ? [one.why] : []));
const sourcesOf = (bytes: Buffer): readonly string[] =>
  [...openOle(bytes, openingOf())].flatMap(one =>
    one.see === 'member' && one.type === 'text/x-vba' ? [`${one.name}:${one.bytes.toString('latin1')}`] : [],
  );

const AUTO = 'Sub AutoOpen()\n  MsgBox "hello"\nEnd Sub\n';
const AUTO_SHELL = 'Private Sub Document_Open()\n  Shell "calc", vbNormalFocus\nEnd Sub\n';
const PLAIN = 'Function Twice(x)\n  Twice = 2 * x\nEnd Function\n';
const EMPTY = 'Option Explicit\n';

test('compressed data comes out as they went in', () => {
  const random = randomFrom(3);
  for (const bytes of [
    Buffer.from('a'),
    Buffer.from('#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa'),
    Buffer.alloc(10_000, 'ab'),
    Buffer.from(Array.from({ length: 9_000 }, () => Math.floor(random() * 256))).subarray(0, 8_192),
    Buffer.from(sourceOf('Module1', PLAIN.repeat(200)), 'latin1'),
  ]) {
    const made = decompressVba(compressVba(bytes), 0, 1 << 20);
    assert.equal(made.why, null);
    assert.ok(made.bytes.equals(bytes));
  }
  // The example of the specification (3.2.2).
  const example = Buffer.from(
    '012fb000236161616263646582660070616768696a013808616b6c00306d6e6f7006710270041072737475761077 78797a003c'.replace(' ', ''),
    'hex',
  );
  assert.equal(decompressVba(example, 0, 100).bytes.toString(), '#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa');
  assert.equal(decompressVba(compressVba(Buffer.alloc(50_000)), 0, 10_000).why, 'too_large');
  assert.ok(decompressVba(compressVba(Buffer.alloc(50_000)), 0, 10_000).bytes.length <= 10_000);
  assert.equal(decompressVba(compressVba(Buffer.from(PLAIN.repeat(9))).subarray(0, 40), 0, 100_000).why, 'damaged');
});

test('every module is a member with its source', () => {
  assert.deepEqual(
    sourcesOf(
      documentOf([
        { name: 'ThisDocument', source: sourceOf('ThisDocument', EMPTY) },
        { name: 'Mod', source: sourceOf('Mod', PLAIN) },
      ]),
    ),
    [`Macros/VBA/ThisDocument.vba-source:${sourceOf('ThisDocument', EMPTY)}`, `Macros/VBA/Mod.vba-source:${sourceOf('Mod', PLAIN)}`],
  );
});

for (const [what, rules, modules] of [
  ['nothing but empty modules', [], [{ name: 'ThisDocument', source: sourceOf('ThisDocument', EMPTY) }]],
  ['a macro', ['macro'], [{ name: 'Mod', source: sourceOf('Mod', PLAIN) }]],
  ['one that runs by itself', ['macro_autorun'], [{ name: 'Mod', source: sourceOf('Mod', AUTO) }]],
  [
    'one that runs by itself and starts something',
    ['macro_autorun_suspicious'],
    [{ name: 'ThisDocument', source: sourceOf('ThisDocument', AUTO_SHELL) }],
  ],
  [
    'the same in two modules',
    ['macro_autorun_suspicious'],
    [
      { name: 'A', source: sourceOf('A', AUTO) },
      { name: 'B', source: sourceOf('B', 'Sub x()\n  CreateObject("WScr" & "ipt.Shell").Run "calc"\nEnd Sub') },
    ],
  ],
  ['a source that was removed', ['vba_stomped'], [{ name: 'Mod', source: '', compiled: Buffer.alloc(500, 7) }]],
  ['a source that was overwritten', ['vba_stomped'], [{ name: 'Mod', source: '', compiled: Buffer.alloc(800, 0), offset: 300 }]],
  ['a place that lies', ['macro_autorun'], [{ name: 'Mod', source: sourceOf('Mod', AUTO), offset: 7 }]],
  ['a list that forgets it', ['macro_autorun'], [{ name: 'Mod', source: sourceOf('Mod', AUTO), stream: 'Elsewhere' }]],
] as const) {
  test(`a document with ${what}`, () => assert.deepEqual(rulesOf(documentOf(modules)), rules));
}

test('names that only the compiled project knows', () => {
  assert.deepEqual(rulesOf(documentOf([{ name: 'Mod', source: sourceOf('Mod', PLAIN) }], 'Word\0AutoOpen\0Shell')), [
    'macro',
    'vba_stomped',
  ]);
  assert.deepEqual(rulesOf(documentOf([{ name: 'Mod', source: sourceOf('Mod', AUTO) }], 'Word\0AutoOpen\0MsgBox')), ['macro_autorun']);
});

test('a project without its list, or in an odd storage', () => {
  const project = vbaProjectOf([{ name: 'Mod', source: sourceOf('Mod', AUTO) }]);
  const { dir: _, ...rest } = project['VBA'] as Record<string, Buffer>;
  assert.deepEqual(rulesOf(cfbOf({ VBA: rest })), ['macro_autorun']);
  assert.deepEqual(rulesOf(cfbOf({ Strange: project['VBA'] as never })), ['macro_autorun']);
  assert.deepEqual(rulesOf(cfbOf({ VBA: project['VBA'] as never }, { orphans: ['VBA'] })), ['macro_autorun']);
});

test('what runs by itself', () => {
  for (const code of [
    'Sub AutoOpen()',
    'Public Sub Auto_Open',
    'private sub document_close()',
    'Private  Sub Workbook_Open()',
    'Sub Workbook_BeforeClose(Cancel As Boolean)',
    'Private Sub InkPicture1_Painted(ByVal hDC As Long)',
    'Private Sub UserForm_Initialize()',
    'Sub Document_ _\n  Open()\nSub AutoExec()',
    'Attribute VB_Name = "AutoOpen"\nSub Main()',
  ])
    assert.deepEqual(judgeVba(code), ['vba_autorun'], code);
  for (const code of [
    "' Sub AutoOpen()",
    'REM Sub AutoOpen()',
    'Sub AutoOpenings()',
    'x = "\nSub AutoOpened()"',
    'Sub CommandButton1_Click()',
    'Call AutoOpen',
    'Sub Main()',
  ])
    assert.deepEqual(judgeVba(code), [], code);
});

test('what is suspicious, and what only sounds like it', () => {
  for (const code of [
    'x = Shell("calc", 1)',
    'Shell "calc"',
    'VBA.Shell path',
    'Set o = CreateObject("WScript.Shell")',
    'Set o = CreateObject( "MSXML2.ServerXMLHTTP.6.0")',
    'Set o = CreateObject("Micro" + "soft.XML" & _\n "HTTP")',
    'Set o = GetObject("winmgmts:\\\\.\\root\\cimv2")',
    'Private Declare PtrSafe Function f Lib "kernel32" Alias "VirtualAlloc" (ByVal a As LongPtr) As LongPtr',
    'Declare Function URLDownloadToFileA Lib "urlmon"',
    'x = "cmd /c dir"',
    'x = "powershell"',
    'f = Environ("TEMP") & "\\a.exe"\nOpen f For Binary As #1',
    'CallByName o, "Run", 1',
    `x = ${Array.from({ length: 25 }, (_, n) => `Chr(${n + 60})`).join(' & ')}`,
  ])
    assert.deepEqual(judgeVba(code), ['vba_suspicious'], code);
  for (const code of [
    "' Shell calc",
    'Dim Shell As Object',
    'x = "Shell Oil Company"',
    'x = seashell(3)',
    'o.Shell 3',
    'x = Chr(10) & Chr(13)',
    'MsgBox "It\'s done"',
    'f = Environ("USERNAME")',
    'command = 3',
  ])
    assert.deepEqual(judgeVba(code), [], code);
});

test('empty modules have no code', () => {
  assert.equal(hasCode('Attribute VB_Name = "Sheet1"\r\nAttribute VB_Exposed = True\r\nOption Explicit\r\n\r\n\' note\r\n'), false);
  assert.equal(hasCode(PLAIN), true);
});

test('rules are quick on anything', () => {
  const started = spentMs();
  for (const piece of ['"', ' ', '"a" & ', 'Sub a_', 'Declare Function ', "'", 'Chr(', ' _\n', 'shell', 'attribute vb_name = '])
    judgeVba(piece.repeat(1_000_000 / piece.length));
  assert.ok(spentMs() - started < SOON_MS, `${spentMs() - started}`);
});

test('damaged projects end', () => {
  endsOnAnything(
    openOle,
    documentOf([
      { name: 'ThisDocument', source: sourceOf('ThisDocument', AUTO_SHELL.repeat(20)) },
      { name: 'Mod', source: sourceOf('Mod', PLAIN.repeat(100)) },
    ]),
    300,
    5,
  );
});
