// The filter's weights from their file: the shipped one, or one made by `bin/sesame train`. They stand in shared memory, once a process.
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { parseModel, type Model } from '../filter/model.ts';
import { errorText } from './log.ts';

const SHIPPED = new URL('../filter/weights.bin.br', import.meta.url);

/** `file`: null = the shipped weights. Throws naming the file when it is no model of this version. */
export function loadFilterModel(file: string | null = null): Model {
  try {
    const model = parseModel(brotliDecompressSync(readFileSync(file ?? SHIPPED)));
    const shared = new Int8Array(new SharedArrayBuffer(model.weights.length));
    shared.set(model.weights);
    return { ...model, weights: shared };
  } catch (error) {
    throw new Error(`the filter model ${file ?? SHIPPED.pathname} cannot be used: ${errorText(error)}`, { cause: error });
  }
}
