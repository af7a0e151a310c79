// The scanner without a server: what `scan` and `score` look at mail with.
import { systemClock } from '../src/engines/clock.ts';
import { newChildren } from '../src/engines/scanner/children.ts';
import { newScanner, type Scanner } from '../src/engines/scanner/scanner.ts';
import { NO_SIGNATURES } from '../src/engines/scanner/signatures.ts';

/** Built-in rules, in a scanning process of its own as in the server; no signature engine and no hash list: nothing of this machine is asked. */
export function offlineScanner(): Scanner {
  const silent = (): void => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const children = newChildren({ size: 1, maxWaiting: 1, recycleAfter: 500 });
  return newScanner({
    clock: systemClock,
    log,
    metrics: { count: silent, set: silent },
    signatures: NO_SIGNATURES,
    children,
    hashes: () => null,
    yara: null,
  });
}
