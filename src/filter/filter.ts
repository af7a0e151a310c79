// The content filter, pure: a model, a walked message and the facts known of it -> a finding with its reasons. All evidence is added up in
// log-odds; the sum gives a calibrated probability, and the verdict is cut from that.
import { MAX_REASONS } from './bounds.ts';
import type { SpamFinding, SpamReason } from '../mail.ts';
import type { Message } from '../message/walk.ts';
import { sketchOf, type Sketch } from './campaign.ts';
import { VIEWS, type Evidence, type View } from './evidence.ts';
import type { Facts } from './features.ts';
import { layerSum, type Layer } from './learned.ts';
import { probability, sumAt, viewSums, type Model } from './model.ts';
import { NETWORK_SAYS, networkFacts } from './network.ts';
import { readMail, type Seen } from './read.ts';
import { PATTERNS, RULES } from './rules/rules.ts';
import type { Family, Language, Says } from './rules/rule.ts';

export type { Facts } from './features.ts';

/** Which family a view's evidence belongs to, and what it says. Matters are wording that rules name already. */
const VIEW_SAYS: Readonly<Record<View, { readonly family: Family; readonly id: string; readonly says: Says }>> = {
  words: { family: 'wording', id: 'words', says: { en: 'The words of the text', id: 'Kata-kata dalam teks', zh: '正文用词' } },
  grams: { family: 'wording', id: 'spelling', says: { en: 'How the text is written', id: 'Cara teks ditulis', zh: '正文写法' } },
  subject: { family: 'wording', id: 'subject', says: { en: 'The wording of the subject', id: 'Kata-kata pada subjek', zh: '主题用词' } },
  matters: { family: 'wording', id: 'matters', says: { en: 'What the mail is about', id: 'Hal yang dibicarakan', zh: '邮件涉及的内容' } },
  sender: {
    family: 'identity',
    id: 'sender',
    says: { en: 'How the sender names itself', id: 'Cara pengirim menyebut diri', zh: '发件人的自称' },
  },
  links: { family: 'links', id: 'links', says: { en: 'Where the links lead', id: 'Arah tautan', zh: '链接去向' } },
  headers: { family: 'identity', id: 'header', says: { en: 'The fields of the header', id: 'Bidang pada header', zh: '邮件头字段' } },
  structure: { family: 'structure', id: 'structure', says: { en: 'How the mail is put together', id: 'Susunan email', zh: '邮件结构' } },
  home: { family: 'history', id: 'home', says: { en: 'Its names and places', id: 'Nama dan tempat di dalamnya', zh: '其中的名称与地址' } },
};
const LEARNED_SAYS: Readonly<Record<'account' | 'installation', Says>> = {
  account: { en: 'What you taught the filter', id: 'Yang Anda ajarkan pada filter', zh: '您对过滤器的训练' },
  installation: { en: 'What the operator taught the filter', id: 'Yang diajarkan operator pada filter', zh: '管理员对过滤器的训练' },
};

/** Log-odds from which a family counts as evidence of its own. */
const FAMILY_COUNTS = 0.7;
const FAMILIES = 2;
/** Reasons weaker than this say nothing to anybody. */
const LEAST_REASON = 0.15;

export type Layers = { readonly installation?: Layer | null; readonly account?: Layer | null };

/** One piece of the sum. */
type Piece = { readonly id: string; readonly family: Family; readonly weight: number; readonly says: Says };

export type Judged = { readonly finding: SpamFinding; readonly sketch: Sketch };

/** `sketchKey`: 32 secret bits of the installation; 0 makes no sketch. */
export function judge(model: Model, message: Message, facts: Facts, layers: Layers = {}, sketchKey = 0): Judged {
  const seen = readMail(message, facts);
  const pieces = piecesOf(model, seen, facts, layers);
  return { finding: findingOf(model, pieces), sketch: sketchKey === 0 ? null : sketchOf(seen.evidence, sketchKey) };
}

/** Everything that was added up, views first. */
export function piecesOf(model: Model, seen: Seen, facts: Facts, layers: Layers): readonly Piece[] {
  const { evidence, held, mail } = seen;
  const pieces: Piece[] = viewSums(model, evidence).map((weight, view) => ({ ...VIEW_SAYS[VIEWS[view] as View], weight }));
  for (const at of held) {
    const rule = RULES[at];
    if (rule) pieces.push({ id: rule.id, family: rule.family, says: rule.says, weight: model.rules[rule.id] ?? 0 });
  }
  pieces.push(...networkFacts(facts), ...learned(evidence, layers));
  for (const rule of PATTERNS) if (rule.holds(mail)) pieces.push({ id: rule.id, family: rule.family, says: rule.says, weight: 20 });
  return pieces;
}

function learned(evidence: Evidence, layers: Layers): readonly Piece[] {
  return (['installation', 'account'] as const).flatMap(whose => {
    const layer = layers[whose];
    return layer
      ? [{ id: `learned_${whose}`, family: 'history', says: LEARNED_SAYS[whose], weight: layerSum(layer, evidence) } as const]
      : [];
  });
}

/** The log-odds of a mail before calibration. */
export const totalOf = (model: Model, pieces: readonly Piece[]): number => model.bias + pieces.reduce((sum, one) => sum + one.weight, 0);

/** The log-odds at which the model is undecided: what a lesson is measured from. */
export const evenOdds = (model: Model): number => sumAt(model, model.cuts.gray);

function findingOf(model: Model, pieces: readonly Piece[]): SpamFinding {
  const score = probability(model, totalOf(model, pieces));
  const { gray, fail, refuse } = model.cuts;
  const families = new Map<Family, number>();
  for (const one of pieces) families.set(one.family, (families.get(one.family) ?? 0) + one.weight);
  const strong = [...families.values()].filter(weight => weight >= FAMILY_COUNTS).length;
  const isPattern = (families.get('pattern') ?? 0) > 0;
  return {
    verdict: score >= fail ? 'FAIL' : score >= gray ? 'GRAY' : 'PASS',
    score: Math.round(score * 1e6) / 1e6,
    refusable: isPattern || (score >= refuse && strong >= FAMILIES),
    reasons: reasonsOf(pieces),
  };
}

/** The strongest evidence on either side, harmful first. */
function reasonsOf(pieces: readonly Piece[]): readonly SpamReason[] {
  return pieces
    .filter(one => Math.abs(one.weight) >= LEAST_REASON)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, MAX_REASONS)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ id, weight, says }) => ({ id, weight: Math.round(weight * 100) / 100, title: says.en }));
}

const SENTENCES: ReadonlyMap<string, Says> = new Map<string, Says>([
  ...[...RULES, ...PATTERNS].map(rule => [rule.id, rule.says] as const),
  ...NETWORK_SAYS,
  ...Object.values(VIEW_SAYS).map(view => [view.id, view.says] as const),
  ...Object.entries(LEARNED_SAYS).map(([whose, says]) => [`learned_${whose}`, says] as const),
]);

/** A reason in the reader's language; English where there is no other. */
export const sentenceOf = (reason: SpamReason, language: Language): string => SENTENCES.get(reason.id)?.[language] ?? reason.title;
