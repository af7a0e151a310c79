// Marked campaigns as a thread knows them: an index from the numbers of a fingerprint to the marks that have them, so that a mail is
// compared with the few that share some and not with thousands. Brought up to date when the marks have changed (facts generation).
import { MARK_MS, type Label, type Mark, type MarksState } from '../engines/store/control/marks.ts';
import { alike } from '../filter/campaign.ts';
import type { Facts } from '../filter/filter.ts';

export type CampaignDeps = {
  readonly now: () => number;
  /** Kept by generation: asked for each mail. */
  readonly state: () => Promise<MarksState>;
  readonly after: (seq: number) => Promise<readonly Mark[]>;
  /** Numbers of a stored fingerprint, ascending. */
  readonly open: (sealed: Uint8Array) => readonly number[];
  /** Kept by generation. */
  readonly account: (id: string) => Promise<{ readonly state: string; readonly createdAt: number } | null>;
};
/** Who marked the same mail, for the mail of an account (null: of none); undefined when nobody did. */
export type Campaigns = (accountId: string | null, sketch: readonly number[] | null) => Promise<Facts['campaign'] | undefined>;

/** Younger accounts say nothing of other accounts' mail: they are made in minutes. */
const GROWN_MS = 7 * 86_400_000;

type Kept = Pick<Mark, 'seq' | 'accountId' | 'label' | 'at'> & { readonly sketch: readonly number[] };

export function newCampaigns(deps: CampaignDeps): Campaigns {
  let told: MarksState = { count: 0, last: 0 };
  /** What the index holds. */
  let held: MarksState = { count: 0, last: 0 };
  let index = new Map<number, Kept[]>();
  let line: Promise<void> = Promise.resolve();

  const isTold = (now: MarksState): boolean => now.count === told.count && now.last === told.last;
  const update = async (now: MarksState): Promise<void> => {
    if (isTold(now)) return;
    const more = now.last > held.last ? await deps.after(held.last) : [];
    // Others than the new ones: some went.
    const all = held.count + more.length === now.count ? null : await deps.after(0);
    if (all) index = new Map();
    for (const one of all ?? more) put(index, { ...one, sketch: deps.open(one.sketch) });
    held = { count: all ? all.length : held.count + more.length, last: (all ?? more).at(-1)?.seq ?? (all ? 0 : held.last) };
    told = now;
  };
  return async (accountId, sketch) => {
    const now = await deps.state();
    if (now.count === 0 || !sketch) return undefined;
    // One at a time: two that add the same marks would have them twice.
    if (!isTold(now)) await (line = line.catch(() => undefined).then(() => update(now)));
    return tellOf(deps, matches(index, sketch, deps.now() - MARK_MS), accountId);
  };
}

function put(index: Map<number, Kept[]>, mark: Kept): void {
  for (const number of mark.sketch) {
    const list = index.get(number);
    if (list) list.push(mark);
    else index.set(number, [mark]);
  }
}

/** The latest word of each account on the campaign of this mail, '' = the operator. */
function matches(index: ReadonlyMap<number, readonly Kept[]>, sketch: readonly number[], since: number): ReadonlyMap<string, Label> {
  const near = new Set(sketch.flatMap(number => index.get(number) ?? []));
  const words = new Map<string, Kept>();
  for (const mark of near) {
    const before = words.get(mark.accountId);
    if (mark.at < since || (before && before.seq > mark.seq) || !alike(mark.sketch, sketch)) continue;
    words.set(mark.accountId, mark);
  }
  return new Map([...words].map(([accountId, mark]) => [accountId, mark.label]));
}

async function tellOf(
  deps: CampaignDeps,
  words: ReadonlyMap<string, Label>,
  accountId: string | null,
): Promise<Facts['campaign'] | undefined> {
  if (words.size === 0) return undefined;
  const own = accountId === null ? undefined : words.get(accountId);
  const operator = words.get('');
  let accounts = 0;
  for (const [other, label] of words) {
    // Who has a word of its own needs nobody else's.
    if (label !== 'spam' || other === '' || other === accountId || own) continue;
    const account = await deps.account(other);
    if (account?.state === 'active' && account.createdAt <= deps.now() - GROWN_MS) accounts++;
  }
  return { ...(own ? { own } : {}), ...(operator ? { operator } : {}), accounts };
}
