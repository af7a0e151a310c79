// Bounds of what is made for each recipient, each with its reason. Past one of them the mail goes out with that part as it was written.

/** Decoded bytes of an HTML part that is looked into: mail readers clip a page at a hundredth of it (Gmail at 102 KB). */
export const MAX_HTML = 4 * 1024 * 1024;
/** Links of one mail that are counted: newsletters have up to 200. The others stay as they are. */
export const MAX_LINKS = 1_000;
/** Characters of a link: browsers, proxies and gateways that rewrite links take about 2,000, and ours is a third longer than the one in it. */
export const MAX_URL = 1_400;
/** Characters of a group that recipients leave. */
export const MAX_GROUP = 64;
/** A click or open earlier after the delivery is a program's: nobody reads and decides within it, and gateways look at all links at once. */
export const MACHINE_MS = 10_000;
/** A GET so soon after a HEAD for the same is the same program's. */
export const PROBE_MS = 60_000;
/** Different links of one mail that a person opens within `BURST_MS`. */
export const MAX_BURST = 2;
export const BURST_MS = 5_000;
