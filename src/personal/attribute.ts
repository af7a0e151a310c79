// The value of an HTML attribute as the URL that a browser would open (HTML standard, 13.2.5.72 and URL standard). Attributes have rules of
// their own: in `?a=1&copy=2` no reference stands. Where two readers could differ the answer is null, and the link stays as it is.
import { MAX_URL } from './bounds.ts';

/** References that stand in links; every other name is left to the reader. */
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    AMP: '&',
    lt: '<',
    LT: '<',
    gt: '>',
    GT: '>',
    quot: '"',
    QUOT: '"',
    apos: "'",
    colon: ':',
    sol: '/',
    period: '.',
    comma: ',',
    semi: ';',
    num: '#',
    quest: '?',
    equals: '=',
    plus: '+',
    percnt: '%',
    commat: '@',
    excl: '!',
    dollar: '$',
    ast: '*',
    lowbar: '_',
    lpar: '(',
    rpar: ')',
    Tab: '\t',
    NewLine: '\n',
  }),
);
/** Names that are references without a semicolon too, when nothing follows that could be a parameter's name or value. */
const OPEN =
  /^(?:amp|AMP|lt|LT|gt|GT|quot|QUOT|[AEIOUYaeiouy]acute|[AEIOUaeiou](?:grave|circ|uml)|yuml|[ANOano]tilde|[Aa]ring|[Cc]cedil|[Oo]slash|AElig|aelig|ETH|eth|THORN|thorn|szlig|nbsp|iexcl|cent|pound|curren|yen|brvbar|sect|uml|copy|COPY|ordf|laquo|not|shy|reg|REG|macr|deg|plusmn|sup[123]|acute|micro|para|middot|cedil|ordm|raquo|frac(?:14|12|34)|iquest|times|divide)$/;
const REFERENCE = /&(?:#(?:x([0-9a-f]{1,8})|(\d{1,8}))(;?)|([a-z][a-z0-9]*)(;?)(=?))/gi;

/** The attribute's text with its references replaced; null when a reference stands there that is not certain. */
export function attributeText(written: string): string | null {
  let isCertain = true;
  const text = written.replace(
    REFERENCE,
    (whole, hex: string, decimal: string, _closed, name: string, semicolon: string, equals: string) => {
      if (name === undefined) {
        const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        // Numbers 128 to 159 stand for characters of Windows-1252, and others for none.
        if (point === 0 || point > 0x10ffff || (point >= 0x80 && point < 0xa0) || (point >= 0xd800 && point <= 0xdfff)) isCertain = false;
        return isCertain ? String.fromCodePoint(point) : whole;
      }
      if (semicolon === '') {
        if (equals !== '' || !OPEN.test(name)) return whole;
        isCertain &&= NAMED.has(name);
        return NAMED.get(name) ?? whole;
      }
      isCertain &&= NAMED.has(name);
      return `${NAMED.get(name) ?? whole}${equals}`;
    },
  );
  // More digits than were read.
  return isCertain && !/&#(?:x[0-9a-f]{9}|\d{9})/i.test(written) ? text : null;
}

/** The absolute http or https URL that the value of `href` leads to, in its ASCII form; null for every other link. */
export function webTarget(written: string): string | null {
  if (written.length > MAX_URL * 2) return null;
  const text = attributeText(written);
  // Readers take line ends and tabs out of a URL, and blanks off its ends.
  const bare = text?.replace(/[\t\r\n]/g, '').replace(/^[\0-\x20]+|[\0-\x20]+$/g, '') ?? '';
  if (!/^https?:\/\/[^/\\]/i.test(bare) || !URL.canParse(bare)) return null;
  const url = new URL(bare);
  return url.username === '' && url.password === '' && url.href.length <= MAX_URL ? url.href : null;
}

/** A URL as it may stand in an attribute, with quotes or without. */
export const attributeValue = (url: string): string => url.replace(/[&<>"'`]/g, sign => `&#${sign.charCodeAt(0)};`);
