// Office files in XML: each attack that has a rule in every spelling that Office takes, honest files that have none, and the forms that keep
// a whole file in one text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { cfbOf } from '../../../test/archives/cfb.ts';
import { docxOf } from '../../../test/archives/docx.ts';
import { endsOnAnything, opened, openingOf } from '../../../test/archives/opened.ts';
import { isActiveMime, isFlatOpc, isOdf, isOoxml, judgeOoxml, openActiveMime, openFlatOpc } from './ooxml.ts';
import { attributesOf, xmlEvents } from './xml-events.ts';
import { openZip } from './zip.ts';

type Package = Readonly<Record<string, string | Buffer>>;
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

function judged(package_: Package, base: Package = { '[Content_Types].xml': '<Types/>' }): readonly string[] {
  const all = { ...base, ...package_ };
  const part = (name: string): Buffer | null => (all[name] === undefined ? null : Buffer.from(all[name]));
  return judgeOoxml(part, Object.keys(all)).map(one => (one.see === 'finding' ? one.rule : one.see === 'unseen' ? one.why : 'member'));
}
const relation = (type: string, target: string, mode = ' TargetMode="External"'): Package => ({
  'word/_rels/document.xml.rels': `<?xml version="1.0"?><Relationships><Relationship Id="rId1" Type="${OFFICE}/${type}" Target="${target}"${mode}/></Relationships>`,
});
const word = (body: string): Package => ({ 'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>` });

test('honest packages have no findings', () => {
  const parts = new Map<string, Buffer>();
  const docx = docxOf({
    text: 'Dear Sir. DDE is an old thing. cmd too.',
    pictures: [Buffer.alloc(500, 7)],
    parts: { 'word/embeddings/Sheet1.xlsx': Buffer.alloc(300, 8), 'word/charts/chart1.xml': '<c:chart/>' },
  });
  for (const one of openZip(docx, openingOf())) if (one.see === 'member' && one.name !== null) parts.set(one.name, one.bytes);
  assert.ok(isOoxml([...parts.keys()]) && !isOdf([...parts.keys()]));
  assert.deepEqual(
    judgeOoxml(name => parts.get(name) ?? null, [...parts.keys()]),
    [],
  );
  for (const [type, target] of [
    ['hyperlink', 'https://example.test/a'],
    ['hyperlink', 'mailto:a@a.test'],
    ['hyperlink', 'file:///\\\\server\\share\\a.docx'],
    ['hyperlink', 'ms-word:ofe|u|https://a.test/a.docx'],
    ['image', 'https://example.test/a.png'],
    ['video', 'https://example.test/v'],
    ['externalLinkPath', 'https://a.test/book.xlsx'],
    ['externalLinkPath', 'file:///\\\\server\\share\\book.xlsx'],
    ['attachedTemplate', 'file:///C:\\Users\\me\\AppData\\Roaming\\Microsoft\\Templates\\Normal.dotm'],
    ['attachedTemplate', 'file:///Users/me/Library/Normal.dotm'],
    ['attachedTemplate', 'Normal.dotm'],
    ['oleObject', 'file:///C:\\a\\book.xlsx'],
    ['oleObject', 'embeddings/oleObject1.bin'],
  ] as const)
    assert.deepEqual(judged(relation(type, target)), [], target);
  assert.deepEqual(
    judged({
      'customUI/customUI.xml': '<customUI onLoad="f"/>',
      'xl/workbook.xml': '<workbook><definedNames><definedName name="_xlnm.Print_Area">a</definedName></definedNames></workbook>',
      'xl/worksheets/sheet1.xml': '<c><f>IF(A1="a|\'b","x",2)</f><v>cmd|\'x\'</v></c>',
    }),
    [],
  );
  assert.deepEqual(
    judged(
      word(
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> HYPERLINK "https://a.test" </w:instrText><w:fldChar w:fldCharType="separate"/><w:t>DDE x</w:t><w:fldChar w:fldCharType="end"/></w:r>',
      ),
    ),
    [],
  );
});

test('what is loaded from elsewhere', () => {
  for (const target of [
    'https://a.test/t.dotm',
    'HTTP://a.test/t',
    'file://server/t.dotm',
    'file:///\\\\server\\t.dotm',
    '\\\\server\\t.dotm',
    'ftp://a.test/t',
    '&#104;ttps://a.test/t',
    ' https://a.test',
  ])
    assert.deepEqual(judged(relation('attachedTemplate', target)), ['remote_template'], target);
  assert.deepEqual(
    judged({
      'word\\_RELS\\Settings.xml.RELS': `<r:Relationships xmlns:r='x'><r:Relationship TargetMode='external' Target='https://a.test/t' Type = '${OFFICE}/attachedTemplate' /></r:Relationships>`,
    }),
    ['remote_template'],
  );
  const wide = `\ufeff<Relationships><Relationship Type="${OFFICE}/attachedTemplate" Target="https://a.test/t" TargetMode="External"/></Relationships>`;
  assert.deepEqual(judged({ 'word/_rels/settings.xml.rels': Buffer.from(wide, 'utf16le') }), ['remote_template']);
  for (const type of ['oleObject', 'frame', 'subDocument', 'aFChunk'])
    assert.deepEqual(judged(relation(type, 'https://a.test/x')), ['remote_object'], type);
  assert.deepEqual(judged(relation('oleObject', '\\\\server\\share\\x')), ['remote_object']);
  assert.deepEqual(judged(relation('oleObject', 'mhtml:https://a.test/x.html!x-usc:https://a.test/x.html')), ['remote_object']);
  assert.deepEqual(judged(relation('hyperlink', 'ms-msdt:/id PCWDiagnostic')), ['remote_object']);
});

const begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>';
const separate = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>';
const end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>';
const code = (text: string): string => `<w:r><w:instrText xml:space="preserve">${text}</w:instrText></w:r>`;

test('DDE fields, however they are taken apart', () => {
  for (const [what, body] of Object.entries({
    plain: begin + code(' DDEAUTO c:\\\\calc.exe "x" ') + separate + '<w:r><w:t>a</w:t></w:r>' + end,
    'in runs': begin + code(' D') + code('D') + '<w:proofErr/>' + code('E calc') + separate + end,
    'without an end': begin + code('dde calc'),
    simple: '<w:fldSimple w:instr=" DDE calc x"><w:r/></w:fldSimple>',
    references: begin + code('&#68;&#x44;E calc') + end,
    'other prefix': begin.replaceAll('w:', 'zz:') + '<zz:instrText>DDE calc</zz:instrText>' + end,
    'in a field': begin + begin + code(' QUOTE 68 68 69 65 85 84 79 ') + separate + end + code(' calc') + end,
    'by name': begin + code('SET a "DDE"') + end + begin + begin + code('REF a') + end + code(' calc') + end,
    'in paragraphs': `<w:p>${begin}${code('DD')}</w:p><w:p>${code('EAUTO calc')}${end}</w:p>`,
    CDATA: `${begin}<w:instrText><![CDATA[DDE calc]]></w:instrText>${end}`,
  }))
    assert.deepEqual(judged(word(body)), ['dde_link'], what);
  assert.deepEqual(judged({ 'word/anything7.xml': `<w:ftr>${begin}${code('DDE calc')}${end}</w:ftr>` }), ['dde_link']);
  assert.deepEqual(
    judged({ 'xl/externalLinks/externalLink1.xml': '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>' }),
    ['dde_link'],
  );
  assert.deepEqual(judged({ 'xl/worksheets/sheet1.xml': "<c><f>cmd|'/c calc'!A0</f></c>" }), ['dde_link']);
});

test('macro sheets, controls, ribbons, actions', () => {
  const sheet = { 'xl/macrosheets/sheet1.xml': '<xm:macrosheet/>' };
  assert.deepEqual(judged(sheet), ['xlm_macro']);
  assert.deepEqual(judged({ 'xl/worksheets/a.xml': '<xm:macrosheet xmlns:xm="x"/>' }), ['xlm_macro']);
  assert.deepEqual(judged({ '[Content_Types].xml': '<Override ContentType="application/vnd.ms-excel.intlmacrosheet"/>' }), ['xlm_macro']);
  assert.deepEqual(judged({ ...sheet, 'xl/workbook.xml': '<definedName name="_xlnm.Auto_Open" hidden="1">m!A1</definedName>' }), [
    'xlm_macro_autorun',
  ]);
  assert.deepEqual(judged({ 'xl/macrosheets/sheet1.bin': '', 'xl/workbook.bin': Buffer.from('__Auto_Open', 'utf16le') }), [
    'xlm_macro_autorun',
  ]);
  assert.deepEqual(judged({ 'word/activeX/activeX1.bin': '' }), ['activex']);
  const ribbon = { 'customUI/customUI14.xml': '<customUI onLoad="f"/>' };
  assert.deepEqual(judged({ ...ribbon, 'word/vbaProject.bin': '' }), ['macro_autorun']);
  assert.deepEqual(judged({ 'word/vbaProject.bin': '' }), []);
  assert.deepEqual(judged({ 'ppt/slides/slide1.xml': '<a:hlinkMouseOver r:id="x" action="ppaction://program"/>' }), [
    'shortcut_program_action',
  ]);
});

test('OpenDocument', () => {
  const odf = (package_: Package): readonly string[] =>
    judged(package_, { mimetype: 'application/vnd.oasis.opendocument.text', 'META-INF/manifest.xml': '<manifest:manifest/>' });
  assert.ok(isOdf(['mimetype', 'content.xml']) && !isOdf(['a.txt', 'META-INF/MANIFEST.MF']));
  const listener = (event: string, href: string): string =>
    `<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="${event}" xlink:href="${href}"/></office:event-listeners>`;
  const script = 'vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document';
  assert.deepEqual(
    odf({
      'content.xml':
        '<office:document-content><text:a xlink:href="https://a.test"/><draw:image xlink:href="https://a.test/a.png"/><draw:object xlink:href="./Object 1"/></office:document-content>',
      'Basic/script-lc.xml': '',
      'Basic/Standard/script-lb.xml': '',
      'Scripts/': '',
    }),
    [],
  );
  assert.deepEqual(odf({ 'Basic/Standard/Module1.xml': '<script:module/>' }), ['macro']);
  assert.deepEqual(odf({ 'Scripts/python/a.py': '' }), ['macro']);
  assert.deepEqual(odf({ 'Basic/Standard/Module1.xml': '', 'content.xml': listener('dom:load', script) }), ['macro_autorun']);
  assert.deepEqual(odf({ 'content.xml': listener('dom:click', script) }), []);
  assert.deepEqual(odf({ 'META-INF/manifest.xml': '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>' }), [
    'encrypted',
  ]);
  assert.deepEqual(odf({ 'content.xml': '<text:dde-connection-decl office:dde-application="soffice"/>' }), ['dde_link']);
  assert.deepEqual(odf({ 'content.xml': '<draw:object-ole xlink:href="https://a.test/x"/>' }), ['remote_object']);
});

const OPC = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"';
const OLE = cfbOf({ a: Buffer.from('in the project') });
const lines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

test('a package in one text', () => {
  const flat = Buffer.from(
    `<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package ${OPC}><pkg:part pkg:name="/_rels/.rels"><pkg:xmlData><Relationships/></pkg:xmlData></pkg:part>` +
      `<pkg:part pkg:name="/word/document.xml" pkg:contentType="x"><pkg:xmlData><w:document><w:body>${begin}${code('DDE calc')}${end}</w:body></w:document></pkg:xmlData></pkg:part>` +
      `<pkg:part pkg:name="/word/vbaProject.bin" pkg:compression="store"><pkg:binaryData>${lines(OLE)}</pkg:binaryData></pkg:part></pkg:package>`,
  );
  for (const bytes of [flat, Buffer.from(`\ufeff${flat.toString()}`, 'utf16le')]) {
    assert.ok(isFlatOpc(bytes));
    const sights = [...openFlatOpc(bytes, openingOf())];
    assert.deepEqual(
      sights.map(one => (one.see === 'member' ? one.name : one.see === 'finding' ? one.rule : one.see)),
      ['_rels/.rels', 'word/document.xml', 'word/vbaProject.bin', 'dde_link'],
    );
    assert.ok(sights.some(one => one.see === 'member' && one.bytes.equals(OLE)));
  }
  assert.ok(opened(openFlatOpc, flat.subarray(0, flat.length - 100)).includes('damaged'));
  endsOnAnything(openFlatOpc, flat, 150);
});

test('Word 2003 and flat OpenDocument', () => {
  const mso = Buffer.concat([Buffer.from('ActiveMime\0\0'), Buffer.alloc(0x32 - 12, 1), deflateSync(OLE)]);
  const word2003 = Buffer.from(
    `<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:docSuppData><w:binData w:name="editdata.mso">${lines(mso)}</w:binData></w:docSuppData><w:attachedTemplate w:val="https://a.test/t"/></w:wordDocument>`,
  );
  assert.ok(isFlatOpc(word2003));
  assert.deepEqual(opened(openFlatOpc, word2003), [`editdata.mso:${mso.length}`, 'finding']);
  assert.ok(isActiveMime(mso));
  assert.deepEqual(opened(openActiveMime, mso), [`null:${OLE.length}`]);
  const moved = Buffer.concat([Buffer.from('ActiveMime\0\0'), Buffer.alloc(0x90, 2), deflateSync(OLE)]);
  assert.deepEqual(opened(openActiveMime, moved), [`null:${OLE.length}`]);
  assert.deepEqual(opened(openActiveMime, Buffer.concat([Buffer.from('ActiveMime\0\0'), Buffer.alloc(200)])), ['damaged']);
  assert.ok(opened(openActiveMime, mso.subarray(0, mso.length - 10)).includes('damaged'));
  const fodt = Buffer.from(
    `<?xml version="1.0"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:scripts><script:event-listener script:event-name="dom:load" xlink:href="vnd.sun.star.script:a"/></office:scripts><office:binary-data>${lines(OLE)}</office:binary-data></office:document>`,
  );
  assert.ok(isFlatOpc(fodt));
  assert.deepEqual(opened(openFlatOpc, fodt), [`null:${OLE.length}`, 'finding']);
  for (const other of [
    '<html xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">',
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'text',
  ])
    assert.ok(!isFlatOpc(Buffer.from(other.padEnd(60))), other);
  endsOnAnything(openActiveMime, mso, 100);
});

test('XML is read in time that grows with it, whatever it is', () => {
  const started = spentMs();
  for (const piece of ['<', '<a', '<a ', '<a b="', "<a b='x' ", '<!--', '<![CDATA[', '<?', '"', '<a =', '&', '</'])
    for (const event of xmlEvents(piece.repeat(400_000 / piece.length))) if (event.is === 'open') attributesOf(event.tag);
  assert.deepEqual(judged(word(begin.repeat(20_000) + code('x').repeat(20_000))), []);
  assert.ok(spentMs() - started < SOON_MS, `${spentMs() - started}`);
});
