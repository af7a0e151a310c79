// One message through filter and scanner, synchronous: what the door does inline and the worker does for it. A check that throws has not
// finished, and what has not finished is never clean.
import type { Facts } from '../filter/features.ts';
import { judge } from '../filter/filter.ts';
import type { Model } from '../filter/model.ts';
import type { AccountPolicy, Direction, SpamFinding, VirusFinding } from '../mail.ts';
import { walk, type Message } from '../message/walk.ts';
import { scanMessage } from '../scan/scan.ts';

export type Ask = { readonly raw: Buffer; readonly direction: Direction; readonly facts: Facts; readonly policy: AccountPolicy };
export type Examined = { readonly spam: SpamFinding; readonly virus: VirusFinding };

export function examine(model: Model, ask: Ask, message: Message = walk(ask.raw)): Examined {
  return {
    spam: guarded(() => judge(model, message, ask.facts).finding, SPAM_FAILED),
    virus: guarded(() => scanMessage(message), VIRUS_FAILED),
  };
}

/** Text only: nothing to unpack, so that the time is bounded by the size. */
export function isPlain(message: Message): boolean {
  return (
    message.complete &&
    message.leaves.length <= 8 &&
    message.leaves.every(leaf => /^text\/(?:plain|html)$/.test(leaf.type) && leaf.fileName === null && leaf.disposition !== 'attachment')
  );
}

export const SPAM_FAILED: SpamFinding = { verdict: 'PROCESSING_FAILED', score: null, refusable: false, reasons: [] };
export const VIRUS_FAILED: VirusFinding = {
  verdict: 'PROCESSING_FAILED',
  coverage: 'none',
  engines: [{ name: 'sesame', version: '1', state: 'failed' }],
  signatures: null,
  parts: [],
  found: [],
  tookMs: 0,
};

function guarded<T>(work: () => T, failed: T): T {
  try {
    return work();
  } catch {
    return failed;
  }
}
