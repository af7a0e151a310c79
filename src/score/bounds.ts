// Bounds of the quality score: what is behind them is beyond what a reader sees, and a hostile mail costs no time.

// markup.ts
/** Characters of HTML that are read, and elements that are kept. */
export const MAX_HTML = 1_000_000;
export const MAX_ELEMENTS = 20_000;
/** Characters of style sheets, and mistakes of nesting that are counted. */
export const MAX_CSS = 200_000;
export const MAX_MISTAKES = 100;

// checks/no-postal-address.ts
/** Characters at the end of a text in which a postal address is looked for: footers stand there. */
export const MAX_FOOT = 20_000;

// checks/text-html-differ.ts
/** Characters of the plain text whose words are looked for in the page. */
export const MAX_COMPARED = 20_000;

// mail.ts
/** Characters of plain text that are read. */
export const MAX_TEXT = 200_000;
/** Characters of a value that a finding shows. */
export const MAX_VALUE = 160;

// Scores by mail.
/** Mails of one address that are scored in an hour: each is a scan, and may be an answer by mail. */
export const MAILS_PER_HOUR = 20;
/** Addresses of an account that are good at a time. */
export const ADDRESSES = 100;
/** An address is good for a campaign's making, what was found can be read for a day. */
export const ADDRESS_MS = 7 * 24 * 3_600_000;
export const RESULT_MS = 24 * 3_600_000;
