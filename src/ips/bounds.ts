// Bounds of the sending IPs, each with its reason.

const DAY = 86_400_000;

/** Sending IPs of one installation: each is checked in every interval. */
export const MAX_IPS = 256;
/** Changes of state that are kept of an IP: months of an ordinary one, hours of one that flaps. */
export const HISTORY = 50;
/** A reason is one line of a table. */
export const MAX_REASON = 300;
/** Clean checks in a row that end a rest for a listing: the mirrors of a list do not forget at the same moment. */
export const CLEAN_CHECKS = 2;
/** Providers forget an IP that is silent for weeks: after this long out of service it starts as a new one. */
export const LONG_REST_MS = 14 * DAY;
/** Without a learner's word an IP is warm after so many days with mail: what the cloud services take for it. */
export const WARM_DAYS = 30;

/** Reverse names of one address that are looked at: RFC 1912 wants one, honest machines have a few. */
export const MAX_NAMES = 5;
/** Sending domains whose SPF is evaluated in one check, in turn. */
export const SPF_SAMPLE = 25;
/** And those that did not cover the IP last time, and a few that did: an account with a hundred domains of its own that cover nothing must
 * not make an IP look as if none did. */
export const SPF_AGAIN = 25;
export const SPF_COVERING = 5;
/** Different sites that could not be connected to, with none that could: fewer may all be down by chance. */
export const UNREACHED_SITES = 5;
/** Connections of deliveries are counted over this long. */
export const CONNECTS_MS = 3_600_000;

/** An account is young this long, whatever it sends. */
export const YOUNG_MS = 7 * DAY;
/** And until it has sent so many mails, but not longer than `YOUNG_MOST_MS`: a small honest sender is not young for ever. */
export const YOUNG_MAILS = 1_000;
export const YOUNG_MOST_MS = 30 * DAY;
/** Pools of one installation. */
export const MAX_POOLS = 100;
