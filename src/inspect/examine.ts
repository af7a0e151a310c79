// One message through the content filter, or read for a lesson, synchronous: what the door does inline and the worker does for it. A check
// that throws has not finished, and what has not finished is never clean.
import { sketchOf, type Sketch } from '../filter/campaign.ts';
import type { Evidence } from '../filter/evidence.ts';
import { evenOdds, judge, piecesOf, totalOf, type Facts, type Layers } from '../filter/filter.ts';
import type { Model } from '../filter/model.ts';
import { readMail } from '../filter/read.ts';
import type { AccountPolicy, Direction, SpamFinding } from '../mail.ts';
import { walk, type Message } from '../message/walk.ts';

export type Ask = {
  readonly raw: Buffer;
  readonly direction: Direction;
  readonly facts: Facts;
  readonly policy: AccountPolicy;
  /** What the account and the installation taught; their weights stand in shared memory. */
  readonly layers?: Layers;
  /** 32 secret bits of the installation; 0 or absent: no fingerprint is made. */
  readonly sketchKey?: number;
};
export type Filtered = { readonly spam: SpamFinding; readonly sketch: Sketch };

export function filter(model: Model, ask: Ask, message: Message = walk(ask.raw)): Filtered {
  try {
    const { finding, sketch } = judge(model, message, ask.facts, ask.layers, ask.sketchKey);
    return { spam: finding, sketch };
  } catch {
    return FILTER_FAILED;
  }
}

/** What a lesson is computed from: hashes and sums, nothing of the mail. */
export type Study = {
  /** A copy, which may be kept. */
  readonly evidence: Evidence;
  /** Log-odds that the shipped model gives the mail, from even; layers are not in it. */
  readonly sum: number;
  readonly sketch: Sketch;
};

/** Throws where judging would fail. Facts from outside are left out: a lesson is about what the mail is. */
export function study(model: Model, raw: Buffer, sketchKey: number, message: Message = walk(raw)): Study {
  const seen = readMail(message, { direction: 'in' });
  const sum = totalOf(model, piecesOf(model, seen, { direction: 'in' }, {})) - evenOdds(model);
  const { hashes, starts } = seen.evidence;
  const evidence = { hashes: hashes.slice(0, starts.at(-1) ?? 0), starts: starts.slice() };
  return { evidence, sum, sketch: sketchOf(seen.evidence, sketchKey) };
}

/** Text only: nothing to unpack, so that the time is bounded by the size. */
export function isPlain(message: Message): boolean {
  return (
    message.complete &&
    message.leaves.length <= 8 &&
    message.leaves.every(leaf => /^text\/(?:plain|html)$/.test(leaf.type) && leaf.fileName === null && leaf.disposition !== 'attachment')
  );
}

const SPAM_FAILED: SpamFinding = { verdict: 'PROCESSING_FAILED', score: null, refusable: false, reasons: [] };
export const FILTER_FAILED: Filtered = { spam: SPAM_FAILED, sketch: null };
