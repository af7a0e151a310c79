// Bounds of the content filter, by the file that they hold in. Each keeps a hostile mail from costing time, and is beyond what a reader sees.

// element.ts
/** Styles of one page that are kept read. */
export const MAX_STYLES = 1_000;

// evidence.ts
/** Pieces of evidence a mail at most: what is behind that changes nothing. */
export const MAX_PIECES = 40_000;
/** A longer word counts by its length only. */
export const MAX_WORD = 24;

// features.ts
/** Characters of text that rules read. */
export const MAX_TEXT = 40_000;
/** Characters of a field, and of a subject or name decoded. */
export const MAX_FIELD = 8_000;
export const MAX_SUBJECT = 1_000;
/** Characters of text that are looked through for disguised letters: who disguises does it from the start. */
export const MAX_DISGUISE = 4_000;
/** Text leaves that are read, pages and plain ones each; digests have many. */
export const MAX_LEAVES = 100;

// links.ts
export const MAX_LINKS = 60;
export const MAX_URL = 600;

// page.ts
/** Characters of HTML and tags read: behind that nobody scrolls. */
export const MAX_HTML = 1_000_000;
export const MAX_TAGS = 40_000;
export const MAX_VISIBLE = 40_000;
export const MAX_UNSEEN = 20_000;
export const MAX_INKS = 50;
export const MAX_ANCHORS = 100;
export const MAX_ALT = 600;
export const MAX_ALTS = 2_000;
/** Elements inside each other; browsers stop at 512 too. */
export const MAX_DEPTH = 512;
/** How far up a closing tag looks for its element. */
export const MAX_UP = 60;

// shape.ts
export const MAX_NAME = 80;

// sheet.ts
export const MAX_SHEET = 60_000;
export const MAX_RULES = 2_000;

// style.ts
export const MAX_STYLE = 2_000;

// unmask.ts
/** Characters looked at to tell whether a text is masked, and characters unmasked. */
export const MAX_LOOK = 4_000;

// filter.ts
export const MAX_REASONS = 10;
