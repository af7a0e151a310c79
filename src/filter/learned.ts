// What an installation or an account teaches: a layer of weights of its own over the shipped model, keyed so that no dictionary tells what
// they stand for. Each lesson is one passive-aggressive step (Crammer et al. 2006): as far as needed to get this mail right, no farther
// than a bound, so that no single lesson turns the layer over. Layers fade, can be exported and reset, and hold nothing else.
import { VIEWS, type Evidence } from './evidence.ts';

const BITS = 17;
export const LAYER_SIZE = 1 << BITS;
/** Log-odds a unit. */
const UNIT = 1 / 2_048;
const SCALE = 1.5;
/** A view whose evidence is the mail's own places and names speaks louder at home. */
const HOME_SCALE = 2.5;
/** How far beyond even odds a lesson wants its mail, and how far one lesson moves it at most. */
const MARGIN = 3;
const MAX_STEP = 3;
/** Days until a weight has lost half. */
export const HALF_LIFE_DAYS = 120;

export type Layer = {
  /** 32 secret bits: the same evidence has other places in another layer. */
  readonly key: number;
  readonly lessons: number;
  /** Epoch ms up to which the weights have faded. */
  readonly fadedAt: number;
  /** LAYER_SIZE weights; may stand in shared memory. */
  readonly weights: Int16Array;
};

export const emptyLayer = (key: number, now: number): Layer => ({ key, lessons: 0, fadedAt: now, weights: new Int16Array(LAYER_SIZE) });

function placeOf(hash: number, key: number): number {
  let h = Math.imul(hash ^ key, 0xcc9e2d51);
  h = Math.imul(h ^ (h >>> 15), 0x1b873593);
  return (h ^ (h >>> 16)) & (LAYER_SIZE - 1);
}

const scaleOf = (view: number): number => (VIEWS[view] === 'home' ? HOME_SCALE : SCALE);

/** Log-odds that the layer adds. */
export function layerSum(layer: Layer, evidence: Evidence): number {
  const { weights, key } = layer;
  const { hashes, starts } = evidence;
  let total = 0;
  for (let view = 0; view < VIEWS.length; view++) {
    const from = starts[view] as number;
    const end = starts[view + 1] as number;
    if (end <= from) continue;
    let sum = 0;
    for (let i = from; i < end; i++) sum += weights[placeOf(hashes[i] as number, key)] as number;
    total += (sum * UNIT * scaleOf(view)) / Math.sqrt(end - from);
  }
  return total;
}

/** The layer after one lesson. `sum`: log-odds the mail has now, this layer and the model together, 0 = even. */
export function learn(layer: Layer, evidence: Evidence, label: 'spam' | 'ham', sum: number, now: number): Layer {
  const faded = fade(layer, now);
  const side = label === 'spam' ? 1 : -1;
  const loss = MARGIN - side * sum;
  const lessons = faded.lessons + 1;
  if (loss <= 0) return { ...faded, lessons };
  const { hashes, starts } = evidence;
  let norm = 0;
  for (let view = 0; view < VIEWS.length; view++) if ((starts[view + 1] as number) > (starts[view] as number)) norm += scaleOf(view) ** 2;
  const step = (side * Math.min(loss, MAX_STEP)) / norm;
  const weights = Int16Array.from(faded.weights);
  for (let view = 0; view < VIEWS.length; view++) {
    const from = starts[view] as number;
    const end = starts[view + 1] as number;
    const by = (step * scaleOf(view)) / Math.sqrt(Math.max(1, end - from)) / UNIT;
    for (let i = from; i < end; i++) {
      const at = placeOf(hashes[i] as number, faded.key);
      weights[at] = Math.max(-32_767, Math.min(32_767, Math.round((weights[at] as number) + by)));
    }
  }
  return { ...faded, lessons, weights };
}

/** Weights lose half in HALF_LIFE_DAYS; done by whole days. */
export function fade(layer: Layer, now: number): Layer {
  const days = Math.floor((now - layer.fadedAt) / 86_400_000);
  if (days < 1) return layer;
  const left = 0.5 ** (days / HALF_LIFE_DAYS);
  return { ...layer, fadedAt: layer.fadedAt + days * 86_400_000, weights: layer.weights.map(weight => Math.trunc(weight * left)) };
}

/** A layer as bytes: key, lessons, time, and pairs of place and weight where one stands. */
export function writeLayer(layer: Layer): Buffer {
  const places: number[] = [];
  for (let at = 0; at < LAYER_SIZE; at++) if (layer.weights[at] !== 0) places.push(at);
  const bytes = Buffer.alloc(20 + places.length * 5);
  bytes.writeUInt32LE(1, 0);
  bytes.writeUInt32LE(layer.key >>> 0, 4);
  bytes.writeUInt32LE(layer.lessons, 8);
  bytes.writeDoubleLE(layer.fadedAt, 12);
  for (const [n, at] of places.entries()) {
    bytes.writeUIntLE(at, 20 + n * 5, 3);
    bytes.writeInt16LE(layer.weights[at] as number, 23 + n * 5);
  }
  return bytes;
}

/** Throws when the bytes are no layer of this version. `weights`: where they shall stand. */
export function readLayer(bytes: Buffer, weights = new Int16Array(LAYER_SIZE)): Layer {
  if (bytes.length < 20 || (bytes.length - 20) % 5 !== 0 || bytes.readUInt32LE(0) !== 1)
    throw new Error('is no learned layer of this version');
  for (let at = 20; at < bytes.length; at += 5) weights[bytes.readUIntLE(at, 3) & (LAYER_SIZE - 1)] = bytes.readInt16LE(at + 3);
  return { key: bytes.readUInt32LE(4), lessons: bytes.readUInt32LE(8), fadedAt: bytes.readDoubleLE(12), weights };
}
