// What the slots of the cores are filled with, by language: names, places, money, dates. All made up; a slot has one value a mail.
import type { Random } from './random.ts';
import { wordsOf } from './words.ts';

/** Answers slots for one mail; the same name gives the same value. `own` is the sender's domain, `reader` the address mail goes to. */
export function newSlots(
  lang: string,
  random: Random,
  at: Date,
  mail: { readonly reader: string; readonly readerName: string; readonly url: () => string },
): (name: string) => string | null {
  const words = wordsOf(lang);
  const values = new Map<string, string>();
  const list = (text: string, by: string | RegExp = ' '): string => random.pick(text.split(by));
  const person = (): readonly [string, string] => [list(words.first), list(words.last)];
  const full = (first: string, last: string): string => (words.lastFirst ? `${last}${first}` : `${first} ${last}`);
  const amount = (): number =>
    random.pick([random.below(90) + 5 + random.pick([0, 0.5, 0.9, 0.95, 0.99]), random.below(900) + 99.9, random.below(9_000) + 100.5]);
  const [readerFirst = 'Sam', readerLast = 'Lee'] = mail.readerName.split('\t');
  const day = (ahead: number): Date => new Date(at.getTime() + ahead * 86_400_000);
  const date = (ahead: number): string =>
    new Intl.DateTimeFormat(
      words.locale,
      random.pick([{ dateStyle: 'long' }, { dateStyle: 'medium' }, { day: 'numeric', month: 'long' }, { dateStyle: 'short' }] as const),
    ).format(day(ahead));
  const make = (kind: string): string | null => {
    switch (kind) {
      case 'first':
        return readerFirst;
      case 'last':
        return readerLast;
      case 'name':
        return full(readerFirst, readerLast);
      case 'email':
        return mail.reader;
      case 'domain':
        return mail.reader.split('@')[1] ?? '';
      case 'company':
        return list(words.companies, '|');
      case 'product':
        return list(words.products, '|');
      case 'price':
      case 'amount':
        return words.money(kind === 'price' ? amount() / 3 : amount());
      case 'date':
        return date(-random.below(5));
      case 'time':
        return `${random.below(12) + 8}:${random.pick(['00', '15', '30', '45', random.digits(2).replace(/^[6-9]/, '3')])}`;
      case 'weekday':
        return new Intl.DateTimeFormat(words.locale, { weekday: 'long' }).format(day(random.below(7)));
      case 'month':
        return new Intl.DateTimeFormat(words.locale, { month: 'long' }).format(at);
      case 'year':
        return String(at.getFullYear());
      case 'number':
        return random
          .pick([
            random.digits(5),
            random.digits(8),
            `${random.letters(2, 'ABCDEFGHKLMNPRST')}-${random.digits(6)}`,
            random.digits(10),
            `${random.digits(3)}-${random.digits(7)}`,
          ])
          .replace(/^0/, '4');
      case 'code':
        return random.pick([random.digits(6), random.digits(4), random.letters(8, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')]);
      case 'city':
        return list(words.cities, '|');
      case 'country':
        return list(words.countries, '|');
      case 'address':
        return list(words.address, '|').replace(/#/g, () => String(random.below(190) + 1));
      case 'phone':
        return words.phone(random.digits);
      case 'days':
        return String(random.pick([1, 2, 3, 5, 7, 10, 14, 21, 30]));
      case 'hours':
        return String(random.pick([1, 2, 4, 12, 24, 48, 72]));
      case 'percent':
        return String(random.pick([5, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70]));
      case 'ip':
        return `${random.below(200) + 11}.${random.below(255)}.${random.below(255)}.${random.below(254) + 1}`;
      case 'device':
        return random.pick(['iPhone', 'Windows PC', 'MacBook', 'Android', 'iPad', 'Samsung Galaxy', 'Linux']);
      case 'browser':
        return random.pick(['Chrome', 'Firefox', 'Safari', 'Edge']);
      case 'job':
        return list(words.jobs, '|');
      case 'url':
        return mail.url();
      default:
        return null;
    }
  };
  const other = (kind: string): string | null => {
    if (kind === 'first' || kind === 'name' || kind === 'last') {
      const [first, last] = person();
      values.set('first2', first);
      values.set('last2', last);
      values.set('name2', full(first, last));
      return values.get(`${kind}2`) ?? null;
    }
    return kind === 'date' ? date(random.below(12) + 1) : make(kind);
  };
  return name => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const kind = name.replace(/\d$/, '');
    const value = kind === name ? make(kind) : other(kind);
    if (value !== null) values.set(name, value);
    return value;
  };
}

/** A person of that language: given name, family name, and an address-like local part. */
export function newPerson(lang: string, random: Random): { readonly first: string; readonly last: string; readonly local: string } {
  const words = wordsOf(lang);
  const first = random.pick(words.first.split(' '));
  const last = random.pick(words.last.split(' '));
  const latin = (text: string): string =>
    text
      .normalize('NFKD')
      .replace(/[^a-zA-Z]/g, '')
      .toLowerCase() || random.pick(['wang', 'li', 'zhang', 'chen', 'liu', 'sato', 'ivanov', 'xiao']) + random.letters(3, 'aeinoghu');
  const a = latin(first);
  const b = latin(last);
  const local = random.pick([
    `${a}.${b}`,
    `${a}${b}`,
    `${a[0]}${b}`,
    a,
    `${a}${random.digits(2)}`,
    `${b}.${a}`,
    `${a}_${b}`,
    `${a}.${b}${random.digits(2)}`,
  ]);
  return { first, last, local };
}
