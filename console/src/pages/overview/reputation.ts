// Reputation as /v1/reputation tells it; its sentences come in the reader's language.
import type { Tone } from '../../parts/badge.tsx';

export type Grade = 'good' | 'fair' | 'poor' | 'bad' | 'too_few';
export type Part = {
  readonly id: string;
  readonly state: string;
  readonly cost: number;
  readonly title: string;
  readonly mend: string | null;
};
export type Reputation = {
  readonly overall: {
    readonly score: number | null;
    readonly grade: Grade;
    readonly parts: readonly Part[];
    readonly providers: readonly { readonly provider: string; readonly grade: Grade }[];
  };
};

export const GRADE_TONES: Readonly<Record<Grade, Tone>> = { good: 'good', fair: 'info', poor: 'warn', bad: 'bad', too_few: 'idle' };
/** Overview needs the whole only: its list is of no use there. */
export const REPUTATION = '/v1/reputation?limit=1';
