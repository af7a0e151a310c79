// One lesson: a message is read for its evidence, a step of learning is computed over the weights of its scope, and the result and the
// campaign mark are one commit. A lesson that another one overtook is computed again, so that none is lost.
import type { Store } from '../engines/store/subjects.ts';
import type { Label, NewMark } from '../engines/store/control/marks.ts';
import type { Secrets } from '../engines/types.ts';
import { fade, layerSum, learn, type Layer } from '../filter/learned.ts';
import type { Study } from '../inspect/examine.ts';
import { firstLayer, sealLayer, type LayerBook, type Scope } from './layers.ts';
import type { SketchBox } from './sketches.ts';

export type TeachDeps = {
  readonly store: Pick<Store, 'learned'>;
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly layers: LayerBook;
  readonly sketches: SketchBox;
  /** Reads a message; null: it did not finish in time. */
  readonly study: (raw: Buffer) => Promise<Study | null>;
};
/** `raw`: the message, which the caller wipes; or the stored fingerprint that is left of it. */
export type Lesson = { readonly accountId: string | null; readonly label: Label } & (
  | { readonly raw: Buffer }
  | { readonly sketch: Uint8Array }
);
export type Taught =
  | { readonly learned: 'content' | 'campaign'; readonly lessons: number }
  | { readonly failed: 'unread' | 'gone' | 'full' | 'busy' };
export type Teach = (lesson: Lesson) => Promise<Taught>;

/** Each try loses to another lesson of the same scope on another door only, of which there are as many as cores. */
const TRIES = 50;

export function newTeach(deps: TeachDeps): Teach {
  /** The lessons of a scope on this door, one after the other. */
  const lines = new Map<Scope, Promise<unknown>>();
  const inLine = async <T>(scope: Scope, work: () => Promise<T>): Promise<T> => {
    const mine = (lines.get(scope) ?? Promise.resolve()).catch(() => undefined).then(work);
    lines.set(scope, mine);
    try {
      return await mine;
    } finally {
      if (lines.get(scope) === mine) lines.delete(scope);
    }
  };
  return async lesson => {
    const scope = lesson.accountId ?? '';
    if ('sketch' in lesson) return inLine(scope, () => markOnly(deps, scope, { sketch: lesson.sketch, label: lesson.label }));
    const read = await deps.study(lesson.raw);
    return read ? inLine(scope, () => take(deps, scope, lesson.label, read)) : { failed: 'unread' };
  };
}

async function take(deps: TeachDeps, scope: Scope, label: Label, read: Study): Promise<Taught> {
  const mark = read.sketch && { sketch: deps.sketches.seal(read.sketch), label };
  for (let tries = 0; tries < TRIES; tries++) {
    const { version, layer: kept } = await deps.layers.known(scope);
    const installation = scope === '' ? null : (await deps.layers.known('')).layer;
    const next = step(kept ?? firstLayer(deps.secrets, scope, deps.now()), installation, label, read, deps.now());
    const layer = { from: version, lessons: next.lessons, ...sealLayer(deps.secrets, scope, next) };
    const outcome = await deps.store.learned.teach({ accountId: scope, layer, mark });
    if (outcome === 'learned') return { learned: 'content', lessons: next.lessons };
    if (outcome !== 'stale') return { failed: outcome };
  }
  return { failed: 'busy' };
}

/** As far as this mail needs: what the model and the installation's layer say of it already is not learned again. */
function step(own: Layer, installation: Layer | null, label: Label, { evidence, sum }: Study, now: number): Layer {
  const before = sum + layerSum(fade(own, now), evidence) + (installation ? layerSum(installation, evidence) : 0);
  return learn(own, evidence, label, before, now);
}

async function markOnly(deps: TeachDeps, scope: Scope, mark: NewMark): Promise<Taught> {
  const outcome = await deps.store.learned.teach({ accountId: scope, layer: null, mark });
  if (outcome === 'learned') return { learned: 'campaign', lessons: (await deps.store.learned.head(scope)).lessons };
  return { failed: outcome === 'stale' ? 'busy' : outcome };
}
