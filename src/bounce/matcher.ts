// Finds many phrases in one pass over a text (Aho and Corasick, 1975): the time depends on the length of the text, not on the phrases.
import { PHRASE_GAP, REPLY_TEXT } from './bounds.ts';
import type { Phrases, Reason } from './reasons.ts';

/**
 * One form for phrases and texts: small letters without accents, everything else one blank. "User-Unknown!" and "user unknown" are equal.
 */
export function plainWords(text: string): string {
  const folded = text
    .slice(0, REPLY_TEXT)
    .toLowerCase()
    .normalize('NFKD')
    .slice(0, REPLY_TEXT)
    .replace(/\p{Mn}+/gu, '');
  return ` ${folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
}

type Node = { readonly next: Map<number, number>; fail: number; readonly ends: number[]; report: number };
type Piece = { readonly phrase: number; readonly index: number; readonly length: number };
export type Matcher = (words: string) => Reason | null;

/** The reason of the first group of which a phrase stands in the text (as `plainWords` gives it). */
export function newMatcher(groups: readonly Phrases[]): Matcher {
  const nodes: Node[] = [fresh()];
  const pieces: Piece[] = [];
  const ranks: number[] = [];
  const lengths: number[] = [];
  for (const [rank, group] of groups.entries())
    for (const phrase of group.phrases) {
      const parts = phrase.split('*').map(edged);
      for (const [index, part] of parts.entries()) {
        const node = nodes[insert(nodes, part)];
        node?.ends.push(pieces.length);
        pieces.push({ phrase: ranks.length, index, length: part.length });
      }
      ranks.push(rank);
      lengths.push(parts.length);
    }
  link(nodes);
  return words => {
    const best = scan(nodes, pieces, ranks, lengths, words);
    return best === null ? null : (groups[best]?.reason ?? null);
  };
}

const fresh = (): Node => ({ next: new Map(), fail: 0, ends: [], report: 0 });

/** Blanks at the ends of a phrase ask for the edge of a word; without them it may stand inside one. */
function edged(part: string): string {
  const plain = plainWords(part);
  return plain.slice(part.startsWith(' ') ? 0 : 1, part.endsWith(' ') ? plain.length : -1);
}

function insert(nodes: Node[], word: string): number {
  let at = 0;
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i);
    let to = nodes[at]?.next.get(unit);
    if (to === undefined) {
      to = nodes.push(fresh()) - 1;
      nodes[at]?.next.set(unit, to);
    }
    at = to;
  }
  return at;
}

/** Breadth first: where to go on when a letter does not follow, and the next shorter phrase that ends here too. */
function link(nodes: readonly Node[]): void {
  const queue = [...(nodes[0]?.next.values() ?? [])];
  for (let head = 0; head < queue.length; head++) {
    const from = queue[head] ?? 0;
    const node = nodes[from];
    if (!node) continue;
    for (const [unit, to] of node.next) {
      const child = nodes[to];
      if (!child) continue;
      child.fail = step(nodes, node.fail, unit);
      child.report = (nodes[child.fail]?.ends.length ?? 0) > 0 ? child.fail : (nodes[child.fail]?.report ?? 0);
      queue.push(to);
    }
  }
}

/** Where a letter leads from a node, or from the longest end of it that a phrase begins with. */
function step(nodes: readonly Node[], from: number, unit: number): number {
  for (let at = from; ; at = nodes[at]?.fail ?? 0) {
    const to = nodes[at]?.next.get(unit);
    if (to !== undefined || at === 0) return to ?? 0;
  }
}

function scan(
  nodes: readonly Node[],
  pieces: readonly Piece[],
  ranks: readonly number[],
  lengths: readonly number[],
  words: string,
): number | null {
  /** Of phrases with `*`: how many pieces were seen in order, and where the last of them ended. */
  const seen = new Map<number, { count: number; end: number }>();
  let best: number | null = null;
  let at = 0;
  for (let i = 0; i < words.length; i++) {
    at = step(nodes, at, words.charCodeAt(i));
    for (let hit = at; hit !== 0; hit = nodes[hit]?.report ?? 0)
      for (const id of nodes[hit]?.ends ?? []) {
        const piece = pieces[id];
        if (!piece) continue;
        const rank = ranks[piece.phrase] ?? 0;
        if (best !== null && rank >= best) continue;
        const last = seen.get(piece.phrase);
        const start = i + 1 - piece.length;
        // Two pieces may share the blank between them.
        const follows = last !== undefined && last.count === piece.index && start >= last.end - 1 && start - last.end <= PHRASE_GAP;
        if (piece.index > 0 && !follows) continue;
        if (piece.index + 1 === lengths[piece.phrase]) best = rank;
        else seen.set(piece.phrase, { count: piece.index + 1, end: i + 1 });
      }
  }
  return best;
}
