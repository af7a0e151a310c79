// Bounds of templates, each with its reason (docs/templates.md).

/** Bytes of subject, text and HTML together: what Amazon SES takes too; mail readers clip a page at a fifth of it (Gmail at 102 KB). */
export const MAX_TEMPLATE = 500 * 1024;
/** Different variables of one template: a person has to fill them in. */
export const MAX_NAMES = 100;
/** Places of variables in one template: a table of orders has hundreds. */
export const MAX_PLACES = 1_000;
/** Characters of a variable's name. */
export const MAX_NAME = 64;
/** Bytes of the data of one email, as JSON. */
export const MAX_DATA = 8 * 1024;
/** Bytes of the data of one recipient of a list, as JSON: a million of them are kept. */
export const MAX_RECIPIENT_DATA = 800;
/** Characters of what is rendered: the same value in a thousand places must not make a message of gigabytes. */
export const MAX_RENDERED = 2 * 1024 * 1024;
/** Faults that one answer lists. */
export const MAX_FAULTS = 50;
/** Templates of one account. */
export const MAX_TEMPLATES = 10_000;
