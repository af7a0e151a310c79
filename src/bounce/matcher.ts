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

/** The tree in columns, one entry a node: a Map and an array for each of some ten thousand nodes cost every thread 10 MB. */
type Tree = {
  readonly unit: Uint16Array;
  /** First child, next child of the same parent; 0 = none. */
  readonly first: Int32Array;
  readonly sibling: Int32Array;
  /** The root has hundreds of children. */
  readonly root: Map<number, number>;
  /** Where to go on when a letter does not follow, and the next shorter end on that way. */
  readonly fail: Int32Array;
  readonly report: Int32Array;
  /** First piece that ends here + 1, and the next one that ends at the same node + 1; 0 = none. */
  readonly ends: Int32Array;
  readonly nextEnd: Int32Array;
  count: number;
};
type Piece = { readonly phrase: number; readonly index: number; readonly length: number; readonly word: string };
type Phrase = { readonly rank: number; readonly pieces: number };
export type Matcher = (words: string) => Reason | null;

/** The reason of the first group of which a phrase stands in the text (as `plainWords` gives it). */
export function newMatcher(groups: readonly Phrases[]): Matcher {
  const phrases: Phrase[] = [];
  const pieces: Piece[] = [];
  for (const [rank, group] of groups.entries())
    for (const phrase of group.phrases) {
      const parts = phrase.split('*').map(edged);
      for (const [index, word] of parts.entries()) pieces.push({ phrase: phrases.length, index, length: word.length, word });
      phrases.push({ rank, pieces: parts.length });
    }
  const tree = planted(pieces);
  return words => {
    const best = scan(tree, pieces, phrases, words);
    return best === null ? null : (groups[best]?.reason ?? null);
  };
}

/** Blanks at the ends of a phrase ask for the edge of a word; without them it may stand inside one. */
function edged(part: string): string {
  const plain = plainWords(part);
  return plain.slice(part.startsWith(' ') ? 0 : 1, part.endsWith(' ') ? plain.length : -1);
}

function planted(pieces: readonly Piece[]): Tree {
  const most = pieces.reduce((sum, { length }) => sum + length, 1);
  const column = (): Int32Array => new Int32Array(most);
  const tree: Tree = {
    unit: new Uint16Array(most),
    first: column(),
    sibling: column(),
    root: new Map(),
    fail: column(),
    report: column(),
    ends: column(),
    nextEnd: new Int32Array(pieces.length),
    count: 1,
  };
  for (const [id, { word }] of pieces.entries()) {
    let at = 0;
    for (let i = 0; i < word.length; i++) at = grown(tree, at, word.charCodeAt(i));
    tree.nextEnd[id] = tree.ends[at] as number;
    tree.ends[at] = id + 1;
  }
  link(tree);
  return tree;
}

/** The child of a node by its letter; 0 = there is none. */
function childOf({ unit, first, sibling, root }: Tree, at: number, letter: number): number {
  if (at === 0) return root.get(letter) ?? 0;
  let to = first[at] as number;
  while (to !== 0 && unit[to] !== letter) to = sibling[to] as number;
  return to;
}

function grown(tree: Tree, at: number, letter: number): number {
  const there = childOf(tree, at, letter);
  if (there !== 0) return there;
  const made = tree.count++;
  tree.unit[made] = letter;
  if (at === 0) tree.root.set(letter, made);
  tree.sibling[made] = tree.first[at] as number;
  tree.first[at] = made;
  return made;
}

/** Breadth first, so that shorter ends are known before longer ones. */
function link(tree: Tree): void {
  const { unit, first, sibling, fail, report, ends } = tree;
  const queue = new Int32Array(tree.count);
  let last = 0;
  const enqueue = (parent: number): void => {
    for (let to = first[parent] as number; to !== 0; to = sibling[to] as number) queue[last++] = to;
  };
  enqueue(0);
  for (let head = 0; head < last; head++) {
    const from = queue[head] as number;
    for (let to = first[from] as number; to !== 0; to = sibling[to] as number) {
      const next = step(tree, fail[from] as number, unit[to] as number);
      fail[to] = next;
      report[to] = ends[next] === 0 ? (report[next] as number) : next;
    }
    enqueue(from);
  }
}

/** Where a letter leads from a node, or from the longest end of it that a phrase begins with. */
function step(tree: Tree, from: number, letter: number): number {
  for (let at = from; ; at = tree.fail[at] as number) {
    const to = childOf(tree, at, letter);
    if (to !== 0 || at === 0) return to;
  }
}

function scan(tree: Tree, pieces: readonly Piece[], phrases: readonly Phrase[], words: string): number | null {
  /** Of phrases with `*`: how many pieces were seen in order, and where the last of them ended. */
  const seen = new Map<number, { count: number; end: number }>();
  let best: number | null = null;
  let at = 0;
  for (let i = 0; i < words.length; i++) {
    at = step(tree, at, words.charCodeAt(i));
    for (let hit = at; hit !== 0; hit = tree.report[hit] as number)
      for (let id = tree.ends[hit] as number; id !== 0; id = tree.nextEnd[id - 1] as number) {
        const piece = pieces[id - 1] as Piece;
        const { rank, pieces: length } = phrases[piece.phrase] as Phrase;
        if (best !== null && rank >= best) continue;
        const last = seen.get(piece.phrase);
        const start = i + 1 - piece.length;
        // Two pieces may share the blank between them.
        const follows = last !== undefined && last.count === piece.index && start >= last.end - 1 && start - last.end <= PHRASE_GAP;
        if (piece.index > 0 && !follows) continue;
        if (piece.index + 1 === length) best = rank;
        else seen.set(piece.phrase, { count: piece.index + 1, end: i + 1 });
      }
  }
  return best;
}
