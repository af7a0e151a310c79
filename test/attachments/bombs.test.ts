// Bombs: never clean, within the bounds of memory, and the scanner goes on with the next mail.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { offlineScanner } from '../../bin/offline-scanner.ts';
import { MAX_RESIDENT } from '../../src/scan/bounds.ts';
import { BOMBS } from './bombs.ts';
import { mailWith } from './mail.ts';

const scanner = offlineScanner();
after(() => scanner.close());

/** The most that a scanning process of ours has held so far (proc(5), VmHWM); null: none lives. */
function highWater(): number | null {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      if (!new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(status)) continue;
      const most = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
      // One that was ended has no memory any more.
      if (most !== undefined) return Number(most) * 1024;
    } catch {
      // Gone meanwhile.
    }
  }
  return null;
}

for (const [name, make] of Object.entries(BOMBS)) {
  test(name, { timeout: 60_000 }, async () => {
    const raw = mailWith('a.bin', make());
    const { verdict, found, engines } = await scanner.scan(raw, null);
    assert.equal(verdict, 'GRAY', `${JSON.stringify(found.slice(0, 3))} ${JSON.stringify(engines)}`);
    assert.ok(
      found.every(one => one.class === 'unscannable'),
      JSON.stringify(found.slice(0, 3)),
    );
    const most = highWater();
    assert.ok(most === null || most <= MAX_RESIDENT, `${most} bytes`);
    assert.equal((await scanner.scan(mailWith('a.txt', Buffer.from('hello')), null)).verdict, 'PASS', 'the next mail');
  });
}
