// The model: one weight a piece of evidence, one a rule, and the curve from their sum to a calibrated probability. Linear, so that every
// verdict is a sum that can be shown; one signed byte a weight, finer near nothing where
// most of them lie, so that it fits a small file.
import { VIEWS, type Evidence, type View } from './evidence.ts';

export const TABLE_BITS = 21;
export const TABLE_SIZE = 1 << TABLE_BITS;
/** The first bytes of a model file, with the version of its form. */
const MAGIC = 'SESAME-FILTER-2\n';

export type Cuts = {
  /** Calibrated probabilities from which mail is GRAY, FAIL, and may be refused at the door. */
  readonly gray: number;
  readonly fail: number;
  readonly refuse: number;
};

export type Model = {
  /** When and from what it was made. */
  readonly name: string;
  /** By view: what its sum is multiplied with. */
  readonly scales: readonly number[];
  readonly bias: number;
  /** By rule id. */
  readonly rules: Readonly<Record<string, number>>;
  /** Probability = 1 / (1 + exp(-(slope * sum + offset))). */
  readonly slope: number;
  readonly offset: number;
  readonly cuts: Cuts;
  /** Log-odds of the largest weight; a byte q stands for the square of q/127 of it. */
  readonly largest: number;
  readonly weights: Int8Array;
};

/** Log-odds of each byte, -128 first. */
export function steps(largest: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, at) => Math.sign(at - 128) * largest * ((at - 128) / 127) ** 2);
}
const STEPS = new WeakMap<Int8Array, Float32Array>();
function stepsOf({ weights, largest }: Model): Float32Array {
  const kept = STEPS.get(weights) ?? steps(largest);
  if (!STEPS.has(weights)) STEPS.set(weights, kept);
  return kept;
}

/** Pieces of evidence below which a view says the less the fewer it has: of two words nobody knows what they are about. */
const FEW: Partial<Record<View, number>> = { words: 60, grams: 100, subject: 30 };
const LEAST = VIEWS.map(view => FEW[view] ?? 1);

/** A view's sum is divided by the root of its number: a long text is not more of a spam than a short one. */
export const rootOf = (view: number, pieces: number): number => Math.sqrt(Math.max(pieces, LEAST[view] as number));

/** What one mail gets from the model, in log-odds before calibration: by view and in all, rules not counted. */
export function viewSums(model: Model, evidence: Evidence): readonly number[] {
  const { weights, scales } = model;
  const steps = stepsOf(model);
  const { hashes, starts } = evidence;
  const sums: number[] = [];
  for (let view = 0; view < VIEWS.length; view++) {
    const from = starts[view] as number;
    const end = starts[view + 1] as number;
    const scale = scales[view] ?? 0;
    let sum = 0;
    if (scale !== 0 && end > from) {
      for (let i = from; i < end; i++) sum += steps[(weights[(hashes[i] as number) & (TABLE_SIZE - 1)] as number) + 128] as number;
      sum *= scale / rootOf(view, end - from);
    }
    sums.push(sum);
  }
  return sums;
}

export const probability = (model: Pick<Model, 'slope' | 'offset'>, sum: number): number =>
  1 / (1 + Math.exp(-(model.slope * sum + model.offset)));
/** The sum that has this probability. */
export const sumAt = (model: Pick<Model, 'slope' | 'offset'>, p: number): number => (Math.log(p / (1 - p)) - model.offset) / model.slope;

/** A model as bytes: magic, length of the head, head as JSON, weights. To be compressed by who stores it. */
export function writeModel(model: Model): Buffer {
  const { weights, ...head } = model;
  const json = Buffer.from(JSON.stringify({ ...head, views: VIEWS, bits: TABLE_BITS }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([Buffer.from(MAGIC), length, json, Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)]);
}

/** Throws with what is wrong when the bytes are no model of this version. */
export function parseModel(bytes: Buffer): Model {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('is no filter model of this version');
  const from = MAGIC.length + 4;
  const end = from + bytes.readUInt32LE(MAGIC.length);
  const head = JSON.parse(bytes.toString('utf8', from, end)) as Omit<Model, 'weights'> & {
    readonly views: readonly string[];
    readonly bits: number;
  };
  if (head.views.join() !== VIEWS.join() || head.bits !== TABLE_BITS || bytes.length - end !== TABLE_SIZE)
    throw new Error('was made for other evidence than this version collects');
  const { name, scales, bias, rules, slope, offset, cuts, largest } = head;
  return {
    name,
    scales,
    bias,
    rules,
    slope,
    offset,
    cuts,
    largest,
    weights: new Int8Array(bytes.buffer, bytes.byteOffset + end, TABLE_SIZE),
  };
}
