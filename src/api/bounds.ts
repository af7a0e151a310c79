// Bounds of the API, each with its reason (docs/api.md).
/** Recipients of one email by HTTP. */
export const MAX_RECIPIENTS = 50;
export const MAX_ATTACHMENTS = 20;
export const MAX_BATCH = 100;
export const MAX_TAGS = 10;
/** `sendAt` may lie 72 hours ahead: content is not kept for longer. */
export const MAX_AHEAD_MS = 72 * 3_600_000;
/** A check of the blocked library must be no way to read it out. */
export const CHECKS_PER_MINUTE = 60;
/** Lessons of an account: each is a commit that all doors hear of. */
export const FEEDBACK_PER_MINUTE = 300;
/** Opens and clicks of one recipient of one email that are looked at: a picture that is loaded without end costs no more than its answer. */
export const VISITS_PER_MINUTE = 60;
/** Kinds of mail on the page where a recipient chooses: more nobody reads through. */
export const CHOICES = 50;
/** Choices of one recipient by one mail's link: each may be as many commits as there are kinds of mail. */
export const CHOICES_PER_MINUTE = 20;
/** Sample events that a webhook is tested with: each is a request of ours to whom the account names. */
export const WEBHOOK_TESTS_PER_MINUTE = 10;

/** Mails to one recipient within a window, and the longest window: mail is looked back on for no longer. */
export const MAX_FREQUENCY = 10_000;
export const MAX_FREQUENCY_SECONDS = 86_400;
/** Domains of an account whose level is told with each answer, and with the account. */
export const LEVELS_TOLD = 10;
export const LEVELS_SHOWN = 100;
/** Mail of one batch that is over the rate by second is taken in the seconds after, as long as a caller waits for an answer. */
export const BATCH_WAITS_MS = 10_000;

/** The name stands in the link. */
export const MAX_SIGN_UP_NAME = 100;
/** Sign-ups from one address, for one contact (a day), and in all: each is a mail to somebody who may not have asked for it. */
export const SIGN_UPS_PER_HOUR = 5;
export const SIGN_UPS_OF_CONTACT = 3;
export const SIGN_UPS_IN_ALL = 100;

/** Rules of TLS by destination: each delivery looks through all of them. */
export const DESTINATIONS = 1_000;
/** Findings of the doctor that are set aside. */
export const SET_ASIDE = 200;
/** Runs of the doctor at once: each asks DNS and other hosts. */
export const DOCTORS = 2;
/** Domains whose policy it looks at. */
export const DOCTOR_DOMAINS = 100;
/** Names that one of them pins. */
export const PINNED_NAMES = 10;
/** Dry runs of one account's standing: each may read a month of events. */
export const DRY_RUNS_PER_MINUTE = 6;
/** Each is a mail to the operator. */
export const APPEALS_PER_HOUR = 6;

/** A browser signs in again after this, however busy it is. */
export const SESSION_MS = 12 * 3_600_000;
/** Live streams of one session (one a tab), and of the whole process. */
export const STREAMS_PER_SESSION = 8;
export const STREAMS = 400;
/** Bytes that wait for a slow reader of a stream; more ends it. */
export const STREAM_WAITING_BYTES = 1 << 20;
/** The draft in a preview, and the form around it: a sign takes up to three. */
export const PREVIEW_BYTES = 2 << 20;
