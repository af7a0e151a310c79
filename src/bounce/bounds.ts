// Bounds of reading replies and returned mail, each with its reason.

/** A reply line has at most 512 octets (RFC 5321 section 4.5.3.1.5) and a reply few of them. */
export const REPLY_TEXT = 4_096;
/** How much may stand for a `*` inside a phrase: an address or a few words. */
export const PHRASE_GAP = 100;
/** As a transaction of ours may have (accept/bounds.ts). */
export const RECIPIENTS = 100;
/** The text of a report is short; what stands behind this is returned mail. */
export const REPORT_TEXT = 64 * 1024;
export const REPORT_LINES = 1_500;
/** A notice in JSON names recipients and headers and no content. */
export const NOTICE_JSON = 512 * 1024;
