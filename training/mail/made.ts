// All made mail: each core rendered so many times, in a fixed order.
import type { Sample } from '../corpus.ts';
import { composeMail } from './compose.ts';
import { readCores } from './cores.ts';
import { newRandom } from './random.ts';

export const CORES = new URL('./cores', import.meta.url).pathname;

export function madeMail(renderings: number, seed: number): readonly Sample[] {
  const random = newRandom(seed);
  return readCores(CORES).flatMap(core =>
    Array.from({ length: renderings }, (_, n) => {
      const { raw, label, lang, source, year } = composeMail(core, random);
      return { id: `${core.file}:${n}`, raw, label, lang, year, source: `${source}-${lang}`, weight: core.weight };
    }),
  );
}
