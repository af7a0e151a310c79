// Hardly more than links.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inPlace } from '../mail.ts';
import type { Element } from '../markup.ts';

const MANY = 60;
/** Characters of text that each link should have. */
const TEXT_A_LINK = 100;
/** A text of this length is no list of links, however many it has. */
const LONG_TEXT = 20_000;
const URL = /https?:\/\/\S*/gi;

const isLink = ({ name, attributes }: Element): boolean => name === 'a' && /^\s*https?:/i.test(attributes.get('href') ?? '');

export const tooManyLinks: Check = {
  id: 'too-many-links',
  part: 'content',
  severity: 'medium',
  points: 1,
  title: says('Too many links', 'Terlalu banyak tautan', '链接过多'),
  detail: says(
    '{} links in a short text look like a link farm.',
    '{} tautan dalam teks pendek tampak seperti ladang tautan.',
    '短文中有 {} 个链接，像链接农场。',
  ),
  fix: says(
    'Keep the links that matter, and say what they are.',
    'Sisakan tautan yang penting dan jelaskan isinya.',
    '只保留重要链接并加以说明。',
  ),
  find: mail => {
    const count = mail.html === '' ? (mail.plain.match(URL) ?? []).length : mail.markup.elements.filter(isLink).length;
    const text = mail.read.page?.visible ?? mail.plain.replace(URL, '');
    return count > MANY && text.length < Math.min(count * TEXT_A_LINK, LONG_TEXT) ? { ...inPlace(mail), value: String(count) } : null;
  },
  examples: {
    yes: [page('<a href="https://a.example/1">item</a> '.repeat(70))],
    no: [page('<a href="https://a.example/1">item</a> '.repeat(12))],
  },
};
