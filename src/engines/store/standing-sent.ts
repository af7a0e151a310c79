// Which of an account's campaigns are new: not sent in the week before, and first sent within a day. Kept encrypted beside its standing, a
// bounded number of them. A mail that is too short to be known again is of no campaign.
import { alike } from '../../filter/campaign.ts';
import type { SketchBox } from '../../learn/sketches.ts';
import * as bounds from '../../standing/bounds.ts';

/** Times are epoch ms; `at`: last sent, to the hour. */
export type SentCampaign = { /** base64 */ readonly sealed: string; readonly first: number; readonly at: number };
type Sketch = readonly number[];
export type SentCampaigns = (
  known: readonly SentCampaign[],
  sketch: Sketch,
  now: number,
) => { readonly isNew: boolean; readonly known: readonly SentCampaign[] };

/** The campaigns, most recently sent first, with one mail more. Without usual campaigns to compare with, or with more of them than are kept,
 * nothing is new, and one mail an hour is enough to look at. New ones never push out usual ones. */
export function newSentCampaigns(box: SketchBox): SentCampaigns {
  const opened = new WeakMap<SentCampaign, Sketch>();
  const sketchOf = (one: SentCampaign): Sketch => {
    const sketch = opened.get(one) ?? box.open(Buffer.from(one.sealed, 'base64'));
    opened.set(one, sketch);
    return sketch;
  };
  return (known, sketch, now) => {
    const isUsual = (one: SentCampaign): boolean => one.first <= now - bounds.NEW_CAMPAIGN_MS;
    const young = known.every(one => isYoung(one, now)) ? known : known.filter(one => isYoung(one, now));
    const usual = young.filter(isUsual).length;
    const isJudged = usual > 0 && usual < bounds.USUAL_CAMPAIGNS_KEPT;
    const isSeen = usual >= bounds.USUAL_CAMPAIGNS_KEPT && young.some(one => one.at > now - bounds.HOUR_MS);
    if (isSeen) return { isNew: false, known: young };
    const same = young.find(one => alike(sketchOf(one), sketch));
    if (same) {
      const isNew = isJudged && !isUsual(same);
      if (same.at > now - bounds.HOUR_MS) return { isNew, known: young };
      return { isNew, known: [{ ...same, at: now }, ...young.filter(one => one !== same)] };
    }
    if (young.length - usual >= bounds.NEW_CAMPAIGNS_KEPT) return { isNew: isJudged, known: young };
    const made = { sealed: box.seal(sketch).toString('base64'), first: now, at: now };
    let room = bounds.USUAL_CAMPAIGNS_KEPT;
    return { isNew: isJudged, known: [made, ...young.filter(one => !isUsual(one) || room-- > 0)] };
  };
}

const isYoung = (one: SentCampaign, now: number): boolean => one.at > now - bounds.CAMPAIGN_KEPT_MS;
