// Bounds of routing, each with its reason.

/** Look-ups that one job may cause: ten hosts with two address types, and TLSA records of their names and aliases. */
export const QUERIES = 80;
/** Those for a smarthost: two address types and its TLSA records. */
export const SMARTHOST_QUERIES = 10;
/** Mail hosts of a domain that are looked at: honest ones have under ten. */
export const MAX_HOSTS = 10;
/** When the sources do not say themselves when to ask again. */
export const ASK_AGAIN_MS = 60_000;
