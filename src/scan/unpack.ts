// Everything that is in a message, depth first: each thing is shown, looked at and let go before the next is unpacked. A generator, so that
// who drives it may look at the bytes elsewhere (signatures), or unpack what only a library can.
import { isOdf, isOoxml, judgeOoxml } from './openers/ooxml.ts';
import { walk, type Message } from '../message/walk.ts';
import * as bounds from './bounds.ts';
import { embeddedIn, formOf, type Form } from './forms.ts';
import type { Opener, Opening, Sight, Why } from './opener.ts';
import { passwordsIn } from './passwords.ts';

export type Item = {
  /** `1.2`, and `1.2/3` for the third member of it. */
  readonly path: string;
  readonly name: string | null;
  readonly otherName: string | null;
  readonly declaredType: string;
  readonly bytes: Buffer;
  /** It stands in the message as it is: who looks at the message has looked at it. */
  readonly verbatim: boolean;
  readonly form: Form;
};

/** What only a library unpacks is asked for, and answered, by the driver. */
export type ForeignAsk = { readonly bytes: Buffer; readonly most: number; readonly mostMembers: number };
export type ForeignAnswer = { readonly members: readonly { readonly name: string; readonly bytes: Buffer }[]; readonly why: Why | null };

export type Shown =
  | { readonly show: 'item'; readonly item: Item }
  | { readonly show: 'unseen'; readonly path: string; readonly name: string | null; readonly why: Why }
  | {
      readonly show: 'finding';
      readonly path: string;
      readonly name: string | null;
      readonly class: 'heuristic' | 'refused_type';
      readonly rule: string;
    }
  | ({ readonly show: 'foreign' } & ForeignAsk);

export type Unpacking = Generator<Shown, void, ForeignAnswer | undefined>;

type Thing = {
  readonly path: string;
  readonly name: string | null;
  readonly otherName: string | null;
  readonly declaredType: string;
  readonly bytes: Buffer;
  readonly verbatim: boolean;
};
type State = { out: number; items: number; unseen: number; readonly until: number; readonly passwords: () => readonly string[] };

export function* unpackMessage(message: Message): Unpacking {
  const state: State = {
    out: 0,
    items: 0,
    unseen: 0,
    until: performance.now() + bounds.MAX_MS,
    passwords: once(() => passwordsOf(message)),
  };
  yield* leavesOf(state, message, '', 0);
}

/** The leaves of a message, which may itself be a member of something. */
function* leavesOf(state: State, message: Message, prefix: string, depth: number): Unpacking {
  if (!message.complete) yield { show: 'unseen', path: prefix === '' ? '1' : prefix.slice(0, -1), name: null, why: 'message_too_complex' };
  const paths = new Map<string, number>();
  for (const leaf of message.leaves) {
    // Only all pieces together are what a reader sees (RFC 2046 section 5.2.2).
    if (leaf.type === 'message/partial') yield { show: 'unseen', path: `${prefix}${leaf.path}`, name: leaf.fileName, why: 'split_message' };
    const n = (paths.get(leaf.path) ?? 0) + 1;
    paths.set(leaf.path, n);
    const path = `${prefix}${leaf.path}${n === 1 ? '' : `~${n}`}`;
    yield* open(
      state,
      {
        path,
        name: leaf.fileName,
        otherName: leaf.format.get('name') ?? null,
        declaredType: leaf.type,
        bytes: leaf.bytes(),
        verbatim: prefix === '' && leaf.encoding === 'identity',
      },
      depth,
    );
  }
}

function* open(state: State, thing: Thing, depth: number): Unpacking {
  const { path, name, bytes } = thing;
  if (state.unseen > bounds.MAX_UNSEEN) return;
  if (state.items >= bounds.MAX_ITEMS) return void (yield { show: 'unseen', path, name, why: 'too_many_parts' });
  if (performance.now() > state.until) return void (yield { show: 'unseen', path, name, why: 'time' });
  state.items++;
  const form = formOf(bytes, thing.declaredType);
  yield { show: 'item', item: { ...thing, form } };
  const openers = [...(form.open ? [form.open] : []), ...embeddedIn(bytes, form)];
  if (form.kind !== 'message' && openers.length === 0) return;
  if (depth >= bounds.MAX_DEPTH) return void (yield { show: 'unseen', path, name, why: 'too_deep' });
  if (form.kind === 'message') yield* leavesOf(state, walk(bytes), `${path}/`, depth + 1);
  const numbers = { n: 0 };
  for (const opener of openers) yield* sights(state, thing, opener, depth, numbers);
}

function* sights(state: State, thing: Thing, opener: Opener, depth: number, numbers: { n: number }): Unpacking {
  const { path, name, bytes } = thing;
  const opening: Opening = {
    name,
    room: packed =>
      Math.max(0, Math.min(bounds.MAX_UNPACKED - state.out, bounds.MAX_MEMBER, Math.max(bounds.RATIO_FROM, packed * bounds.MAX_RATIO))),
    mostMembers: bounds.MAX_ITEMS - state.items,
    get passwords() {
      return state.passwords();
    },
  };
  const office = newOffice();
  const member = function* (sight: Extract<Sight, { see: 'member' }>): Unpacking {
    state.out += sight.bytes.length;
    office.keep(sight.name, sight.bytes);
    const inner = {
      path: `${path}/${++numbers.n}`,
      name: sight.name,
      otherName: sight.otherName ?? null,
      declaredType: sight.type ?? '',
      bytes: sight.bytes,
      verbatim: false,
    };
    yield* open(state, inner, depth + 1);
  };
  let foreign = false;
  for (const sight of opener(bytes, opening)) {
    if (sight.see === 'member') yield* member(sight);
    else if (sight.see === 'foreign') foreign = true;
    else if (sight.see === 'finding' && sight.rule === ORDINARY) continue;
    else yield toldOf(thing, sight);
    if (sight.see === 'unseen' && ++state.unseen > bounds.MAX_UNSEEN) return;
    if (performance.now() > state.until) return void (yield { show: 'unseen', path, name, why: 'time' });
  }
  if (foreign) {
    const answer = yield { show: 'foreign', bytes, most: opening.room(bytes.length), mostMembers: opening.mostMembers };
    for (const { name: inside, bytes: unpacked } of answer?.members ?? []) yield* member({ see: 'member', name: inside, bytes: unpacked });
    const why = answer ? answer.why : 'method';
    if (why) yield { show: 'unseen', path, name, why };
  }
  for (const sight of office.judge()) if (sight.see !== 'finding' || sight.rule !== ORDINARY) yield toldOf(thing, sight);
}

/** Macros that wait to be started by hand are what many honest sheets are made of; their source is a thing of its own and is looked at. */
const ORDINARY = 'macro';

function toldOf({ path, name }: Thing, sight: Sight): Shown {
  if (sight.see === 'unseen') return { show: 'unseen', path, name: sight.name ?? name, why: sight.why };
  if (sight.see === 'finding') return { show: 'finding', path, name, class: sight.class, rule: sight.rule };
  throw new Error('members are opened, not told');
}

/** The small parts of an Office file (OOXML, ODF), kept until its zip is through: its rules look at several together. */
function newOffice(): { readonly keep: (name: string | null, bytes: Buffer) => void; readonly judge: () => readonly Sight[] } {
  const parts = new Map<string, Buffer>();
  const names: string[] = [];
  /** Relations lead outside: padding must not push them out of sight. */
  let relationLost: string | null = null;
  let kept = 0;
  return {
    keep: (name, bytes) => {
      if (name === null) return;
      names.push(name);
      if (!isOfficePart(name, bytes)) return;
      const relations = /\.rels$/i.test(name);
      const room = bytes.length <= bounds.MAX_OFFICE_PART && kept + bytes.length <= bounds.MAX_OFFICE_PARTS * (relations ? 2 : 1);
      if (!room) {
        if (relations) relationLost = name;
        return;
      }
      kept += bytes.length;
      parts.set(name, bytes);
    },
    judge: () => {
      if (!isOoxml(names) && !isOdf(names)) return [];
      const lost: Sight[] = relationLost === null ? [] : [{ see: 'unseen', name: relationLost, why: 'too_large' }];
      return [...judgeOoxml(name => parts.get(name) ?? null, names), ...lost];
    },
  };
}

/** XML by name or content, as a part may have any ending, and the workbook of an .xlsb. */
function isOfficePart(name: string, bytes: Buffer): boolean {
  return (
    /\.(?:xml|rels)$/i.test(name) || /^xl\/workbook\.bin$/i.test(name) || /^(?:\xef\xbb\xbf)?<\?xml/.test(bytes.toString('latin1', 0, 8))
  );
}

/** Asked for only when something encrypted is met. */
function passwordsOf(message: Message): readonly string[] {
  const texts = message.leaves
    .filter(leaf => leaf.type === 'text/plain' || leaf.type === 'text/html')
    .map(leaf => leaf.text().slice(0, bounds.PASSWORD_TEXT));
  return passwordsIn(texts.join('\n'));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
