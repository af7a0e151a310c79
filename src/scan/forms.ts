// What a thing is by its content, one line a form: how it is told, what it is called, how it is opened, and the rule against it if any.
// Names never decide what a thing is; they have rules of their own (names.ts). Adding a form = one opener and one line.
import { isTnef } from '../message/tnef.ts';
import type { Opener } from './opener.ts';
import { isAppleDouble, isMacBinary, openAppleDouble, openMacBinary } from './openers/appledouble.ts';
import { isAr, openAr } from './openers/ar.ts';
import { isArj, openArj } from './openers/arj.ts';
import { isBiff, openBiff } from './openers/biff.ts';
import { holdsCab, isCab, openCab } from './openers/cab.ts';
import { isCms, openCms } from './openers/cms.ts';
import { isCpio, openCpio } from './openers/cpio.ts';
import { diskImageKind } from './openers/disk-images.ts';
import { isHtml, openHtml } from './openers/html.ts';
import { isIso, openIso } from './openers/iso.ts';
import { isLzh, openLzh } from './openers/lzh.ts';
import { openFlatOpc, isFlatOpc, isActiveMime, openActiveMime } from './openers/ooxml.ts';
import { isOle, openOle } from './openers/ole.ts';
import { isOneNote, openOneNote } from './openers/onenote.ts';
import { isPdf, openPdf } from './openers/pdf.ts';
import { isPgp, openPgp } from './openers/pgp.ts';
import { holdsRar, isRar, openRar } from './openers/rar.ts';
import { isRtf, openRtf } from './openers/rtf.ts';
import { scriptKind } from './openers/scripts.ts';
import { looksLikeSevenZipInside, openSevenZip } from './openers/seven-zip.ts';
import { shortcutKind } from './openers/shortcuts.ts';
import * as streams from './openers/streams.ts';
import { isSvg, openSvg } from './openers/svg.ts';
import { isTar, openTar } from './openers/tar.ts';
import { openTnef } from './openers/tnef.ts';
import { openText } from './openers/text-payloads.ts';
import { isVobject, openVobject } from './openers/vobject.ts';
import { looksLikeZipInside, openZip } from './openers/zip.ts';
import { isFlash, isJavaClass, isMachO, isMessage, isPicture, isProgram, says, starts } from './magic.ts';

/** `refused_type`: a program or a refused kind. `heuristic`: not refused everywhere, never silent. */
export type Rule = { readonly class: 'refused_type' | 'heuristic'; readonly name: string };
export type Form = {
  readonly kind: string;
  readonly type: string;
  readonly open?: Opener;
  readonly rule?: Rule;
  /** Text that may be a program or a shortcut all the same: asked of what has a name or was unpacked, not of what people read. */
  readonly textRule?: (name: string | null, bytes: Buffer, isFile: boolean) => readonly Rule[];
};
type Told = Form & { readonly is: (bytes: Buffer, declared: string) => boolean };

const SEVEN_ZIP = "7z\xbc\xaf'\x1c";
const program = (kind: string): Rule => ({ class: 'refused_type', name: `program_${kind}` });
const refused = (extension: string): Rule => ({ class: 'refused_type', name: `refused_type.${extension}` });

const FORMS: readonly Told[] = [
  {
    kind: 'zip',
    type: 'application/zip',
    is: b => says(b, 'PK\x03\x04') || says(b, 'PK\x05\x06') || says(b, 'PK00PK') || says(b, 'PK\x07\x08PK'),
    open: openZip,
  },
  { kind: 'gzip', type: 'application/gzip', is: b => streams.isGzip(b), open: streams.openGzip },
  { kind: 'bzip2', type: 'application/x-bzip2', is: streams.isBzip2, open: streams.openBzip2 },
  { kind: 'xz', type: 'application/x-xz', is: streams.isXz, open: streams.openXz },
  { kind: 'zstd', type: 'application/zstd', is: streams.isZstd, open: streams.openZstd },
  { kind: 'lz4', type: 'application/x-lz4', is: streams.isLz4, open: streams.openLz4 },
  { kind: 'compress', type: 'application/x-compress', is: streams.isUnixCompress, open: streams.openUnixCompress },
  { kind: '7z', type: 'application/x-7z-compressed', is: b => says(b, SEVEN_ZIP), open: openSevenZip },
  { kind: 'rar', type: 'application/vnd.rar', is: isRar, open: openRar },
  { kind: 'cab', type: 'application/vnd.ms-cab-compressed', is: isCab, open: openCab },
  {
    kind: 'ace',
    type: 'application/x-ace-compressed',
    is: b => says(b, '**ACE**', 7),
    open: closed,
    rule: { class: 'heuristic', name: 'risky_type.ace' },
  },
  { kind: 'lzh', type: 'application/x-lzh', is: isLzh, open: openLzh },
  { kind: 'cpio', type: 'application/x-cpio', is: isCpio, open: openCpio },
  { kind: 'ar', type: 'application/x-archive', is: isAr, open: openAr },
  { kind: 'ole', type: 'application/x-ole-storage', is: isOle, open: openOle },
  { kind: 'pdf', type: 'application/pdf', is: isPdf, open: openPdf },
  { kind: 'rtf', type: 'application/rtf', is: isRtf, open: openRtf },
  { kind: 'onenote', type: 'application/onenote', is: isOneNote, open: openOneNote },
  { kind: 'pe', type: 'application/vnd.microsoft.portable-executable', is: isProgram, rule: program('pe') },
  { kind: 'elf', type: 'application/x-elf', is: b => says(b, '\x7fELF'), rule: program('elf') },
  { kind: 'java', type: 'application/java-vm', is: isJavaClass, rule: program('java') },
  { kind: 'macho', type: 'application/x-mach-binary', is: isMachO, rule: program('macho') },
  { kind: 'dex', type: 'application/vnd.android.dex', is: b => /^dex\n03\d\0/.test(b.toString('latin1', 0, 8)), rule: program('dex') },
  { kind: 'wasm', type: 'application/wasm', is: b => says(b, '\0asm\x01\0\0\0'), rule: { class: 'heuristic', name: 'risky_type.wasm' } },
  {
    kind: 'swf',
    type: 'application/x-shockwave-flash',
    is: isFlash,
    rule: { class: 'heuristic', name: 'risky_type.swf' },
  },
  { kind: 'chm', type: 'application/vnd.ms-htmlhelp', is: b => says(b, 'ITSF\x03\0\0\0'), rule: refused('chm') },
  { kind: 'hlp', type: 'application/winhlp', is: b => starts(b, 0x3f5f0300), rule: refused('hlp') },
  {
    kind: 'mdb',
    type: 'application/vnd.ms-access',
    is: b => says(b, '\0\x01\0\0Standard Jet DB') || says(b, '\0\x01\0\0Standard ACE DB'),
    rule: refused('mdb'),
  },
  { kind: 'cms', type: 'application/pkcs7-mime', is: isCms, open: openCms },
  { kind: 'pgp', type: 'application/pgp-encrypted', is: isPgp, open: openPgp },
  { kind: 'tnef', type: 'application/ms-tnef', is: isTnef, open: openTnef },
  { kind: 'appledouble', type: 'application/applefile', is: isAppleDouble, open: openAppleDouble },
  { kind: 'biff', type: 'application/vnd.ms-excel', is: isBiff, open: openBiff },
  { kind: 'macbinary', type: 'application/x-macbinary', is: isMacBinary, open: openMacBinary },
  {
    kind: 'lnk',
    type: 'application/x-ms-shortcut',
    is: b => says(b, 'L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F'),
    rule: { class: 'refused_type', name: 'shortcut_lnk' },
  },
  { kind: 'activemime', type: 'application/x-mso', is: isActiveMime, open: openActiveMime },
  { kind: 'picture', type: 'image/*', is: isPicture },
  { kind: 'iso', type: 'application/x-iso9660-image', is: isIso, open: openIso, rule: { class: 'heuristic', name: 'disk_image' } },
  {
    kind: 'disk',
    type: 'application/x-disk-image',
    is: b => diskImageKind(b) !== null,
    open: closed,
    rule: { class: 'heuristic', name: 'disk_image' },
  },
  { kind: 'tar', type: 'application/x-tar', is: isTar, open: openTar },
  { kind: 'arj', type: 'application/x-arj', is: isArj, open: openArj },
  { kind: 'lzma', type: 'application/x-lzma', is: streams.isLzma, open: streams.openLzma },
  { kind: 'flatopc', type: 'application/vnd.openxmlformats-officedocument', is: isFlatOpc, open: openFlatOpc },
  { kind: 'svg', type: 'image/svg+xml', is: isSvg, open: openSvg },
  { kind: 'vobject', type: 'text/calendar', is: isVobject, open: openVobject },
  { kind: 'message', type: 'message/rfc822', is: isMessage },
  {
    kind: 'html',
    type: 'text/html',
    is: (b, declared) => declared === 'text/html' || declared === 'application/xhtml+xml' || isHtml(b),
    open: openHtml,
    textRule: textRules,
  },
];
const TEXT: Form = { kind: 'text', type: 'text/plain', open: openText, textRule: textRules };
const DATA: Form = { kind: 'data', type: '' };

/** The first form that the content meets. `declared`: what the message says; it decides only that text is read as HTML. */
export function formOf(bytes: Buffer, declared: string): Form {
  if (bytes.length === 0) return DATA;
  return FORMS.find(one => one.is(bytes, declared)) ?? (isText(bytes.subarray(0, 4096)) ? TEXT : DATA);
}

/** Without NULs, or with one in every other place: UTF-16, which scripts and shortcuts of Windows are often written in. */
function isText(head: Buffer): boolean {
  if (!head.includes(0)) return true;
  if (head.length < 4) return false;
  const even = head.filter((byte, i) => byte === 0 && i % 2 === 0).length;
  const odd = head.filter((byte, i) => byte === 0 && i % 2 === 1).length;
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return marked || Math.abs(even - odd) > head.length * 0.4;
}

/** What an archive may stand in; others are text, or were opened as archives. */
const SEARCHED = new Set(['pe', 'elf', 'macho', 'data', 'picture', 'pdf', 'ole', 'swf', 'wasm', 'disk', 'compress']);

/** Archives that stand inside something else: self-extractors, and files that are two things at once. */
export function embeddedIn(bytes: Buffer, { kind }: Form): readonly Opener[] {
  if (!SEARCHED.has(kind)) return [];
  const found: Opener[] = [];
  if (looksLikeZipInside(bytes)) found.push(kind === 'picture' || kind === 'pdf' ? openPolyglot : openZip);
  if (kind === 'pe' || kind === 'elf' || kind === 'data') {
    if (looksLikeSevenZipInside(bytes)) found.push(openSevenZip);
    if (holdsRar(bytes)) found.push(openRar);
  }
  if (kind === 'pe' && holdsCab(bytes)) found.push(openCab);
  // The first 32 KiB of a disc are free, and the first name of a tar is anything: what stands there hides neither.
  if (isIso(bytes)) found.push(openIso);
  if (isTar(bytes)) found.push(openTar);
  return found;
}

/** A picture or document that unpackers take for an archive, its directory at the very end. */
const openPolyglot: Opener = function* (bytes, opening) {
  if (bytes.includes('PK\x05\x06', Math.max(0, bytes.length - 65_557), 'latin1'))
    yield { see: 'finding', class: 'heuristic', rule: 'polyglot_zip' };
  yield* openZip(bytes, opening);
};

/** A container that nobody here can look into. */
function* closed(): ReturnType<Opener> {
  yield { see: 'unseen', name: null, why: 'method' };
}

function textRules(name: string | null, bytes: Buffer, isFile: boolean): readonly Rule[] {
  if (!isFile) return [];
  const script = scriptKind(name, bytes);
  if (script) return [program(script)];
  const shortcut = shortcutKind(name ?? '', bytes);
  return shortcut ? [{ class: 'refused_type', name: shortcut }] : [];
}
