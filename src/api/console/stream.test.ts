// A stream ends for a reader who does not read, with the session, and when the server stops; each time with a word where one can be heard.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { until } from '../../../test/server.ts';
import { systemClock } from '../../engines/clock.ts';
import { newLog } from '../../engines/log.ts';
import { openShared } from '../../engines/shared.ts';
import { openInline, type InlineStore } from '../../engines/store/inline.ts';
import { openSqlite } from '../../engines/store/sqlite.ts';
import { MiB } from '../../limits.ts';
import { newLive, type Live } from './live.ts';
import { serve } from './stream.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sesame-stream-'));
let opened: InlineStore;
let live: Live;
before(async () => {
  const db = openSqlite(join(dataDir, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir });
  live = newLive({ store: opened.store, log: newLog('silent', 'test') });
});
after(async () => {
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const add = (count: number): Promise<void> => {
  const event = {
    at: Date.now(),
    type: 'accepted' as const,
    accountId: 'acc_a',
    emailId: null,
    recipient: null,
    data: { reply: 'x'.repeat(2_000) },
  };
  return opened.store.events.add(Array.from({ length: count }, () => event));
};
const deps = (): { shared: ReturnType<typeof openShared>; clock: typeof systemClock } => ({
  shared: openShared(MiB, Date.now),
  clock: systemClock,
});

test('who does not read is cut off before what waits for him grows', async () => {
  const out = new PassThrough();
  serve(deps(), live, out, 'acc_a', null, async () => true);
  await until('the first beat', () => out.writableLength + out.readableLength > 0);
  await add(1_500);
  await until('cut off', () => out.destroyed);
  assert.ok(out.writableLength < 2 * MiB);
});

test('an ended session and a stopping server say so', async () => {
  let open = true;
  const signedOut = new PassThrough();
  serve(deps(), live, signedOut, null, null, async () => open);
  const all = text(signedOut);
  await add(1);
  open = false;
  assert.match(
    await all,
    /^event: beat\nid: cur_\w+\ndata: \{"at":"[^"]+"\}\n\n(?:id: [^]*)?event: end\ndata: \{"reason":"signed_out"\}\n\n$/,
  );

  const { shared, clock } = deps();
  const stopping = new PassThrough();
  serve({ shared, clock }, live, stopping, null, null, async () => true);
  const rest = text(stopping);
  shared.drain();
  assert.match(await rest, /event: end\ndata: \{"reason":"draining"\}\n\n$/);
});
