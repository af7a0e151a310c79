// Bounds of the TLS policy, each with its reason.
import { KiB, MiB } from '../limits.ts';

/** A policy record that is longer is no policy record: the longest honest one has under 100 characters. */
export const MAX_RECORD = 4 * KiB;
/** TXT records of one name that are looked at. */
export const MAX_RECORDS = 100;
/** RFC 8461 section 3.3 suggests this bound for the policy file. */
export const MAX_POLICY_BYTES = 64 * KiB;
/** RFC 8461 section 3.2: a year. */
export const MAX_AGE_SECONDS = 31_557_600;
/** How long others may keep our own domains' policies. RFC 8461 section 3.2 wants weeks where it is meant; a trial, or a policy that takes
 * itself back, is to be over soon. */
export const OWN_MAX_AGE = { enforce: 14 * 86_400, testing: 86_400, none: 86_400 } as const;
/** RFC 8461 section 10.2: a cached policy is looked after in good time before it ends; once a day is enough. */
export const REFRESH_MS = 86_400_000;
/** RFC 8461 section 3.3: not more than one try in five minutes at a host that does not answer. */
export const FETCH_PAUSE_MS = 300_000;
/** TLSA records of one host: honest ones have under ten. */
export const MAX_TLSA = 100;
/** Trust anchors that stand whole in TLSA records: each costs a signature check a certificate. */
export const MAX_WHOLE_ANCHORS = 5;
/** Bits of an RSA key whose signatures are checked: larger ones take milliseconds each. */
export const MAX_RSA_BITS = 8_192;
/** A TLSA record may hold a whole certificate. */
export const MAX_TLSA_BYTES = 16 * KiB;
/** Certificates of one peer that are looked at; honest chains have under five. Each pair costs one signature check at most. */
export const MAX_CHAIN = 10;
export const MAX_CERTIFICATE_BYTES = 64 * KiB;
/** Names of a floor that a certificate may show. */
export const MAX_NAMES = 20;
/** A received report, unpacked: the largest providers' reports for one domain stay under 100 KiB. */
export const MAX_REPORT_BYTES = 4 * MiB;
export const MAX_REPORT_POLICIES = 1_000;
export const MAX_REPORT_FAILURES = 10_000;
/** Characters of one text in a report, theirs or ours. */
export const MAX_REPORT_TEXT = 1_000;
/** Different failures told of one policy; what goes beyond is added up by its type alone. */
export const MAX_TOLD_FAILURES = 1_000;
/** Where a report may be sent: honest records name one or two. */
export const MAX_RUA = 10;
/** Texts of a policy that are told or kept: an honest policy has under 20. */
export const MAX_POLICY_STRINGS = 100;
/** Parts of a mail in which a report is looked for: honest ones have two. */
export const MAX_REPORT_LEAVES = 20;
