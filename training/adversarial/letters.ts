// Letters that look like others, invisible characters and signs between them: in subject and body alike, as people still read them.
import { encodeWords } from '../../src/message/words.ts';
import type { Random } from '../mail/random.ts';
import { asPage, part, readable, send, worded, type Mail, type Trick } from './base.ts';

type Change = (text: string, random: Random) => string;

/** A trick on every word: the page if the mail has one, else its text. */
const words = (id: string, change: Change, only: RegExp = /./): Trick => ({
  id,
  group: 'letters',
  disguise: (mail, random) => {
    if (!only.test(mail.lang)) return null;
    const all = (text: string): string => worded(text, one => change(one, random));
    const subject = all(mail.subject);
    const head = { ...mail, subject };
    return mail.hasPage
      ? send(head, part('text/html', readable(mail.html, all)), `Subject: ${encodeWords(subject)}`)
      : send(head, part('text/plain', all(mail.text)), `Subject: ${encodeWords(subject)}`);
  },
});
/** Pages only: tags and references between letters. */
const inPage = (id: string, change: Change): Trick => ({
  id,
  group: 'letters',
  disguise: (mail: Mail, random) =>
    asPage(
      mail,
      readable(mail.html, text => change(text, random)),
    ),
});

const table = (pairs: string): ReadonlyMap<string, string> => {
  const units = Array.from(pairs.replace(/\s/g, ''));
  return new Map(units.flatMap((unit, n) => (n % 2 === 0 ? [[unit, units[n + 1] ?? unit] as const] : [])));
};
const CYRILLIC = table('aаcсeеoоpрxхyуiіjјsѕhһdԁqԛwԝkкvѵlӏgԍAАBВCСEЕHНIІJЈKКMМOОPРSЅTТXХYУ');
const GREEK = table('aαeεiιkκnηoοpρtτuυvνxχyγwωAΑBΒEΕZΖHΗIΙKΚMΜNΝOΟPΡTΤYΥXΧ');
const FAR = table('AᎪBᏴCᏟDᎠEᎬGᏀHᎻIᏆJᎫKᏦLᏞMᎷPᏢRᏒSᏚTᎢVᏙWᎳYᎽZᏃaɑgɡiꙇoօuսnոsꜱtꓔfꓝxꓫ');
const CAPITALS = table('aᴀbʙcᴄdᴅeᴇfꜰgɢhʜiɪjᴊkᴋlʟmᴍnɴoᴏpᴘrʀsꜱtᴛuᴜvᴠwᴡyʏzᴢ');
const RAISED = table('aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻ');
const LEET = table('a4e3i1o0s5t7');
const SIGNS = table('a@s$i!l|');
const through =
  (map: ReadonlyMap<string, string>): Change =>
  text =>
    Array.from(text)
      .map(one => map.get(one) ?? one)
      .join('');

/** Letters a to z moved to another alphabet of Unicode. */
const shifted =
  (small: number, large = small): Change =>
  text =>
    text.replace(/[a-z]/gi, one => {
      const isSmall = one >= 'a';
      return String.fromCodePoint(one.charCodeAt(0) - (isSmall ? 97 : 65) + (isSmall ? small : large));
    });

const INSIDE = /(?<=\p{L})(?=\p{L})/gu;
const between =
  (...signs: readonly string[]): Change =>
  (text, random) =>
    text.replace(INSIDE, () => random.pick(signs));
/** Letters apart, and words farther apart, as people who space their words out write. */
const apart =
  (sign: string, gap: string): Change =>
  text =>
    text.replace(/ /g, gap).replace(INSIDE, sign);

const swapped: Change = (text, random) =>
  text.replace(/\p{L}{6,}/gu, word => {
    const at = 1 + random.below(word.length - 3);
    return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
  });
const reversed: Change = text => text.replace(/[a-z]{4,}/gi, word => `\u202e${Array.from(word).toReversed().join('')}\u202c`);

const tagged =
  (...tags: readonly string[]): Change =>
  (text, random) =>
    text.replace(INSIDE, () => (random.chance(0.5) ? random.pick(tags).replace(/</g, '\u0001').replace(/>/g, '\u0002') : ''));
const referred =
  (of: (point: number) => string): Change =>
  text =>
    text.replace(/\p{L}/gu, one => `\u0003${of(one.codePointAt(0) ?? 63)}`);
/** The semicolon may be left out where no digit follows. */
const open = (base: 10 | 16): Change => {
  const stop = base === 10 ? /\d/ : /[\da-f]/i;
  return text =>
    text.replace(
      /(\p{L})(?=(.?))/gsu,
      (_, one: string, next: string) =>
        `\u0003#${base === 16 ? 'x' : ''}${(one.codePointAt(0) ?? 63).toString(base)}${stop.test(next) && !/\p{L}/u.test(next) ? ';' : ''}`,
    );
};

export const LETTERS: readonly Trick[] = [
  words('cyrillic', through(CYRILLIC)),
  words('greek', through(GREEK)),
  words('far_scripts', through(FAR)),
  words('full_width', text => text.replace(/[!-~]/g, one => String.fromCharCode(one.charCodeAt(0) + 0xfee0))),
  words('mathematical_bold', shifted(0x1d41a, 0x1d400)),
  words('mathematical_sans_italic', shifted(0x1d622, 0x1d608)),
  words('mathematical_monospace', shifted(0x1d68a, 0x1d670)),
  words('mathematical_fraktur', shifted(0x1d586, 0x1d56c)),
  words('circled', shifted(0x24d0, 0x24b6)),
  words('circled_dark', shifted(0x1f150)),
  words('squared', shifted(0x1f130)),
  words('parenthesised', shifted(0x249c)),
  words('regional', shifted(0x1f1e6)),
  words('small_capitals', text => through(CAPITALS)(text.toLowerCase(), null as never)),
  words('raised', text => through(RAISED)(text.toLowerCase(), null as never)),
  words('marked', (text, random) => text.replace(/\p{L}/gu, one => one + String.fromCharCode(0x300 + random.below(16)))),
  words('marked_heavily', (text, random) =>
    text.replace(/\p{L}/gu, one => one + Array.from({ length: 5 }, () => String.fromCharCode(0x300 + random.below(0x50))).join('')),
  ),
  words('struck_through', text => text.replace(/\p{L}/gu, one => `${one}\u0336`)),
  words('zero_width_space', between('\u200b')),
  words('joiners', between('\u200c', '\u200d', '\u2060')),
  words('soft_hyphen', between('\u00ad')),
  words('variation_selectors', between('\ufe0f', '\ufe01')),
  words('tag_characters', between('\u{e0061}', '\u{e0020}', '\u{e0100}')),
  words('rare_invisible', between('\u034f', '\u180e', '\u2063', '\u061c', '\ufff9', '\u115f', '\u17b4', '\u2800')),
  words('leet', through(LEET)),
  words('signs', through(SIGNS)),
  words('blanks_between', apart(' ', '   ')),
  words('dots_between', apart('.', ' ')),
  words('underscores_between', apart('_', '  ')),
  words('hyphens_between', apart('-', ' ')),
  words('stars_between', apart('*', ' ')),
  words('emoji_between', between('😀', '🔥', '🎁')),
  words('swapped_letters', swapped),
  words('right_to_left', reversed),
  words('chinese_blanks', text => text.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, ' '), /zh/),
  words(
    'chinese_marks',
    (text, random) => text.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, () => random.pick(['.', '*', '、', '-', '／'])),
    /zh/,
  ),
  words('chinese_wide_marks', text => text.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, '丶'), /zh/),
  words('line_separators', text => text.replace(/ /g, '\u2003\u2009').replace(INSIDE, '\u200a'), /en|id/),
  inPage('empty_tags', tagged('<b></b>', '<i></i>', '<span></span>', '<font></font>')),
  inPage('comments', tagged('<!-- x -->', '<!---->', '<!-- garden -->')),
  inPage('odd_comments', tagged('<!-->', '<!--x--!>', '</ x>', '<?x?>', '<!x>')),
  inPage('wbr', tagged('<wbr>', '<wbr/>')),
  inPage('unknown_tags', tagged('<qz>', '</qz>', '<x-y z="1">')),
  inPage('styled_spans', text => text.replace(/\p{L}/gu, one => `\u0001span style="color:#111"\u0002${one}\u0001/span\u0002`)),
  inPage('hidden_between', tagged('<span style="display:none">xq</span>', '<font style="font-size:0">jj</font>')),
  inPage('white_between', tagged('<span style="color:#ffffff">k</span>', '<font color="white">zz</font>')),
  inPage(
    'entities_decimal',
    referred(point => `#${point};`),
  ),
  inPage(
    'entities_hex',
    referred(point => `#x${point.toString(16)};`),
  ),
  inPage(
    'entities_padded',
    referred(point => `#${String(point).padStart(12, '0')};`),
  ),
  inPage('entities_open', open(10)),
  inPage('entities_open_hex', open(16)),
  inPage('invisible_entities', text => text.replace(INSIDE, '\u0003shy;')),
  inPage('zero_width_entities', (text, random) =>
    text.replace(INSIDE, () => `\u0003${random.pick(['#8203', 'ZeroWidthSpace', 'zwnj', '#x200d', 'NoBreak', 'InvisibleComma'])};`),
  ),
];
