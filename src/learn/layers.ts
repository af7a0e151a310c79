// The learned layers that a thread judges with: opened, faded to the day and kept in shared memory (a worker gets them without a copy)
// until another lesson counts. A bounded number of accounts; who was not heard of longest goes first.
import type { LearnedHead, LearnedRow } from '../engines/store/control/learned.ts';
import type { Secrets } from '../engines/types.ts';
import type { Layers } from '../filter/filter.ts';
import { emptyLayer, fade, LAYER_SIZE, readLayer, writeLayer, type Layer } from '../filter/learned.ts';

/** An account's id; '' = the installation. */
export type Scope = string;

export type LayerDeps = {
  readonly secrets: Secrets;
  readonly now: () => number;
  /** Kept by generation: asked for each mail. */
  readonly head: (scope: Scope) => Promise<LearnedHead>;
  readonly row: (scope: Scope) => Promise<LearnedRow>;
  /** A layer that does not open is no layer: mail is judged without it. */
  readonly broken: (scope: Scope) => void;
};
export type Known = { readonly version: number; readonly layer: Layer | null };

export type LayerBook = {
  /** What mail of an account (null: of none) is judged with. */
  readonly of: (accountId: string | null) => Promise<Layers>;
  readonly known: (scope: Scope) => Promise<Known>;
};

/** 256 KiB each. */
const MAX_KEPT = 64;
const DAY = 86_400_000;

export function newLayerBook(deps: LayerDeps): LayerBook {
  const kept = new Map<Scope, Known & { readonly until: number }>();
  const known = async (scope: Scope): Promise<Known> => {
    const { version, bytes } = await deps.head(scope);
    if (bytes === 0) return { version, layer: null };
    const there = kept.get(scope);
    const fresh = there && there.version >= version && there.until > deps.now() ? there : await load(deps, scope);
    kept.delete(scope);
    kept.set(scope, fresh);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return fresh;
  };
  return {
    known,
    of: async accountId => ({
      installation: (await known('')).layer,
      account: accountId === null ? null : (await known(accountId)).layer,
    }),
  };
}

async function load(deps: LayerDeps, scope: Scope): Promise<Known & { readonly until: number }> {
  const { version, sealed } = await deps.row(scope);
  const now = deps.now();
  if (!sealed) return { version, layer: null, until: now + DAY };
  try {
    const layer = fade(openLayer(deps.secrets, scope, sealed), now);
    const weights = new Int16Array(new SharedArrayBuffer(LAYER_SIZE * Int16Array.BYTES_PER_ELEMENT));
    weights.set(layer.weights);
    return { version, layer: { ...layer, weights }, until: layer.fadedAt + DAY };
  } catch {
    deps.broken(scope);
    return { version, layer: null, until: now + DAY };
  }
}

/** A scope's first layer; its key is the scope's own, so that no two layers know the same evidence by the same place. */
export function firstLayer(secrets: Secrets, scope: Scope, now: number): Layer {
  return emptyLayer(secrets.mac('learned', scope).readUInt32LE(0), now);
}

const labelOf = (scope: Scope): string => `learned/${scope}`;

export function sealLayer(secrets: Secrets, scope: Scope, layer: Layer): { readonly bytes: number; readonly sealed: Buffer } {
  const bytes = writeLayer(layer);
  return { bytes: bytes.length, sealed: secrets.seal(labelOf(scope), bytes) };
}

/** Throws when the installation key is another or the bytes are damaged. */
export function openLayer(secrets: Secrets, scope: Scope, sealed: Uint8Array): Layer {
  return readLayer(secrets.open(labelOf(scope), sealed));
}
