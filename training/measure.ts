// Figures of a classifier, each with its interval: area over the ROC curve, recall at a share of ham, and shares above a cut.

export type Scored = { readonly isBad: boolean; readonly score: number };

/** 1-AUC: the chance that a wanted mail scores above an unwanted one; ties count half. */
export function overCurve(scored: readonly Scored[]): number {
  const sorted = scored.toSorted((a, b) => a.score - b.score);
  let badBelow = 0;
  let wrong = 0;
  let bad = 0;
  let ham = 0;
  for (let i = 0; i < sorted.length;) {
    let badHere = 0;
    let hamHere = 0;
    const score = sorted[i]?.score;
    for (; i < sorted.length && sorted[i]?.score === score; i++)
      if (sorted[i]?.isBad) badHere++;
      else hamHere++;
    wrong += hamHere * (badBelow + badHere / 2);
    badBelow += badHere;
    bad += badHere;
    ham += hamHere;
  }
  return bad * ham === 0 ? NaN : wrong / (bad * ham);
}

/** Standard error of an area under the curve (Hanley and McNeil 1982); the interval is 1.96 of it. */
export function overCurveInterval(scored: readonly Scored[]): number {
  const bad = scored.filter(one => one.isBad).length;
  const ham = scored.length - bad;
  const auc = 1 - overCurve(scored);
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  return 1.96 * Math.sqrt((auc * (1 - auc) + (bad - 1) * (q1 - auc * auc) + (ham - 1) * (q2 - auc * auc)) / (bad * ham));
}

/** The score above which at most this share of ham lies. */
export function cutAt(scored: readonly Scored[], share: number): number {
  const ham = scored
    .filter(one => !one.isBad)
    .map(one => one.score)
    .sort((a, b) => b - a);
  return ham[Math.floor(ham.length * share)] ?? Infinity;
}

/** Share of the bad above the cut that leaves at most `share` of ham above it. */
export function recallAt(scored: readonly Scored[], share: number): number {
  const cut = cutAt(scored, share);
  const bad = scored.filter(one => one.isBad);
  return bad.length === 0 ? NaN : bad.filter(one => one.score > cut).length / bad.length;
}

/** Wilson interval of 95 % for k of n. */
export function wilson(k: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.96;
  const p = k / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export const percent = (share: number, digits = 2): string => (Number.isNaN(share) ? '-' : `${(share * 100).toFixed(digits)} %`);
export const between = ([low, high]: readonly [number, number], digits = 2): string =>
  `${(low * 100).toFixed(digits)}-${(high * 100).toFixed(digits)}`;
