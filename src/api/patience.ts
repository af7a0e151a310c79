// Mail of a batch that may wait for its quota: over the rate by second it is taken in the next second, for as long as a caller waits.
import { ApiError } from './errors.ts';

/** Tries again behind the second that was full, until `until` (epoch ms); then the refusal stands. */
export async function patiently<T>(now: () => number, until: number, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const full = error instanceof ApiError && error.code === 'quota_exceeded' && error.findings?.[0]?.id === 'second';
      if (!full || now() >= until) throw error;
      await new Promise(resolve => setTimeout(resolve, A_SECOND_MS));
    }
  }
}
const A_SECOND_MS = 1_000;
