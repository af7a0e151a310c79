// Answers of the signature engine by the SHA-256 of what was looked at and the version of its signatures, in memory, bounded: an attachment
// that goes to ten thousand people is looked at once.
import type { Clock } from '../types.ts';
import type { ClamdAnswer } from './clamd.ts';

export type KeptAnswers = {
  readonly get: (key: string) => ClamdAnswer | null;
  readonly keep: (key: string, answer: ClamdAnswer, livesMs: number) => void;
};

/** About 200 bytes each. */
const MOST = 50_000;

/** The oldest go first. */
export function newKeptAnswers(clock: Clock, most: number = MOST): KeptAnswers {
  const answers = new Map<string, { readonly answer: ClamdAnswer; readonly until: number }>();
  return {
    get: key => {
      const kept = answers.get(key);
      return kept && kept.until > clock.monotonic() ? kept.answer : null;
    },
    keep: (key, answer, livesMs) => {
      answers.delete(key);
      answers.set(key, { answer, until: clock.monotonic() + livesMs });
      if (answers.size > most) answers.delete(answers.keys().next().value as string);
    },
  };
}
