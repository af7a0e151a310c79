// Bulk mail without the sender's postal address.
import { mail as letter } from '../../filter/rules/rule.ts';
import { MAX_FOOT } from '../bounds.ts';
import { says, type Check } from '../check.ts';
import { inPlace } from '../mail.ts';

/** What addresses are made of: a house number with a street, a post box, a place with a postal code. Each bounded, so that it is linear. */
const STREET =
  '(?:(?<!\\p{L})(?:street|st\\.|avenue|ave\\b|road|rd\\b|lane|ln\\b|drive|boulevard|blvd|highway|suite|floor|square|court|parkway|place|rue|chemin|calle|avenida|carrera|rua|via|piazza|jalan|jl\\b|jln\\b|gedung|kavling|kecamatan|ulica|ул\\.)|straße|strasse|str\\.|weg\\b|platz|allee|straat|laan\\b|gracht|gatan|vägen|gade\\b|katu\\b)';
const ADDRESS = [
  new RegExp(`\\d{1,5}[^\\n\\d]{1,60}?${STREET}`, 'iu'),
  new RegExp(`${STREET}[^\\n\\d]{0,40}\\d`, 'iu'),
  /\bp\.?\s?o\.? ?box\b|\bpostfach\b|\bkotak pos\b|邮政信箱/iu,
  /,\s?[\p{L}][\p{L} .'-]{1,40},?\s(?:[A-Z]{2}\s)?\d{4,6}\b/u,
  /\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b/,
  /\b\d{4} ?[A-Z]{2}\b|〒\s?\d{3}-?\d{4}|\p{Script=Hangul}(?:로|길)\s?\d{1,4}/u,
  /\p{Script=Han}(?:都|県|区|市|町)[^\n]{0,20}\d{1,4}[-−]\d{1,4}/u,
  /[\p{Script=Han}](?:路|街|道|巷|弄|区|市)[^\n]{0,20}\d{1,5}\s?(?:号|號|层|室|楼)|\d{1,3}丁目/u,
];
/** Numbers and words of links are no address. */
const LINK = /https?:\/\/\S+/g;
const isAddressed = (text: string): boolean => {
  const foot = text.slice(-MAX_FOOT).replace(LINK, ' ');
  return ADDRESS.some(pattern => pattern.test(foot));
};

export const noPostalAddress: Check = {
  id: 'no-postal-address',
  part: 'content',
  severity: 'low',
  points: 0.5,
  title: says('No postal address of the sender', 'Tidak ada alamat pos pengirim', '缺少发件方通信地址'),
  detail: says(
    'CAN-SPAM and other laws ask for it in bulk mail.',
    'CAN-SPAM dan hukum lain mewajibkannya dalam email massal.',
    'CAN-SPAM 等法律要求群发邮件注明。',
  ),
  fix: says('Put your name and postal address at the end.', 'Cantumkan nama dan alamat pos Anda di akhir.', '在末尾写上名称和通信地址。'),
  find: mail => (mail.bulk && mail.shown().trim() !== '' && !isAddressed(mail.plain) && !isAddressed(mail.shown()) ? inPlace(mail) : null),
  examples: {
    yes: ['Hello', 'The workshop is by the road.\nTo leave: https://a.example/leave/4?u=42', 'First of 3 letters; 2 more by mail'].map(
      text => letter(text, 'Hello', 'List-Unsubscribe: <https://a.example/u>\n'),
    ),
    no: [
      '10 Downing St, London SW1A 2AA',
      'Unit 5, 20 Martin Place, Sydney NSW 2000',
      'Marktplatz 1, Bremen',
      'Herengracht 182, 1016 BR Amsterdam',
      '12, rue de Rivoli, 75001 Paris',
      'Via Roma 12, Roma',
      '〒150-0002 東京都渋谷区渋谷2-21-1',
      '서울특별시 강남구 테헤란로 152',
      '上海市浦东新区世纪大道100号',
      'Riverside Books, 12 Mill Lane, Springfield 12345',
      'Toko, Jl. Sudirman No. 5, Jakarta 10210',
      '北京市海淀区中关村大街 27 号',
      'Laden GmbH, Hauptstraße 3, 10115 Berlin',
    ].map(line => letter(line, 'Hello', 'List-Unsubscribe: <https://a.example/u>\n')),
  },
};
