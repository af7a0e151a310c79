// Bounds of an account's standing, each with its reason. The figures of the rules themselves are in rules.ts.

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The longest window of a rule that counts by the hour: a week evens out weekdays, and a month-old mistake is no longer one. */
export const HOURS_KEPT = 7 * 24;
/** Distinct things and evidence are kept this long; a longer malware window of an account counts as this. */
export const KEPT_MS = 30 * DAY_MS;
/** Different files known to be malware: a larger threshold of an account counts as this. */
export const MALWARE_KEPT = 100;
/** What the spam rule asks for, and no more: the count of different ones is exact up to here. */
export const FINGERPRINTS_KEPT = 3;
export const SPAM_RECIPIENTS_KEPT = 100;
/** Networks that the credentials of an account are used from: twice what the rule asks for. */
export const NETWORKS_KEPT = 40;
/** Networks that were never seen before, and such that a login came from after many had failed: more than the rules ask for. */
export const NEW_NETWORKS_KEPT = 10;
/** Countries likewise. */
export const COUNTRIES_KEPT = 40;
export const NEW_COUNTRIES_KEPT = 10;
export const GUESSES_KEPT = 3;
/** Networks that logins failed from: twice what is asked for. Strangers make them, so that no more an hour are recorded either. */
export const FAILED_NETWORKS_KEPT = 40;
/** So many networks with failed logins in a day, and then a login from one never seen: somebody may have guessed. */
export const GUESSING_NETWORKS = 20;
/** Logins are known for so long before one can come from a network or country never seen. */
export const USUAL_AFTER_MS = 7 * DAY_MS;
/** So many new ones on the days before: the account moves about, and another new network or country says nothing. */
export const ROAMING = 3;
/** A campaign is new for a day, unless it was sent in the week before. */
export const NEW_CAMPAIGN_MS = DAY_MS;
export const CAMPAIGN_KEPT_MS = 7 * DAY_MS;
/** An account with as many campaigns a week has no usual ones, and none of them is new. */
export const USUAL_CAMPAIGNS_KEPT = 32;
/** One an hour of a day. */
export const NEW_CAMPAIGNS_KEPT = 24;
/** The last events that speak for a rule: enough to look them up, and a few KB an account. */
export const EVIDENCE_KEPT = 3;
/** A peer's reply as evidence is a line. */
export const MAX_DETAIL = 160;
/** A breach stands until its figure is below this part of the threshold: a figure that flaps around it does not flap the state. */
export const RELEASE = 0.8;
/** A state is left for the one below after so long without a reason for it. Warned: a day, so that every hour of a day was seen. Limited
 * holds mail back: bounces that came in before their deliveries must not do so for long. */
export const CALM_MS = { warned: DAY_MS, limited: HOUR_MS } as const;
/** From the first notice of a rate until it may suspend: time to stop a campaign by hand. Meanwhile the account is limited. */
export const NOTICE_MS = 900_000;
/** What a limited account may send, in recipients, counted by the minute: an hour of it is less than two minutes of a common quota. */
export const LIMITED_PER_SECOND = 1;
/** After reinstatement: no notice is waited for, and this part of each rate's threshold suspends. */
export const PROBATION_MS = 7 * DAY_MS;
export const PROBATION_PART = 0.5;
