// The console over many messages: what the first visit loads and how long it takes, how long a search takes from the key to the painted rows, and
// whether scrolling through thousands of rows stalls. Mail is put through the store's own accept; the browser is a real one:
//   node bench/console.ts [-n 100000] [--rows 5000]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { buildConsole } from '../console/build.ts';
import { openInline, type InlineStore } from '../src/engines/store/inline.ts';
import type { Command } from '../src/engines/store/loop.ts';
import { openSqlite } from '../src/engines/store/sqlite.ts';
import { launch, openPage, signIn } from '../test/console/browser.ts';
import { discard, startServer, tenant } from '../test/server.ts';
import { message } from '../test/store-contract.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', short: 'n', default: '100000' }, rows: { type: 'string', default: '5000' } },
});
const [mails, rows] = [Number(values.n), Number(values.rows)];
const BATCH = 500;
const DAY_MS = 86_400_000;
/** One in so many has the tag, and one in so many the state, that are searched for. */
const RARE = 1_000;
const median = (of: readonly number[]): number => Math.round(of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0);
const say = (what: string, figures: object): void => console.log(JSON.stringify({ what, ...figures }));

await buildConsole(line => console.error(line));
const first = await startServer();
const { accountId, key } = await tenant(first, 'sender.test');
await first.stop();
await fill(first.dataDir);
const server = await startServer({}, first.dataDir);
const browser = await launch();
try {
  const base = server.ready.http;
  const { page } = await openPage(browser, base);
  await page.goto(base);
  await signIn(page, base, key, '/messages');
  await page.waitForSelector('tbody tr');
  await visits(page, base);
  await searches(page);
  await scrolling(page, base);
} finally {
  await browser.close();
  await server.stop();
  discard(server);
}

async function fill(dataDir: string): Promise<void> {
  const file = join(dataDir, 'sesame.db');
  const [db, reader] = [openSqlite(file), openSqlite(file, { readOnly: true })];
  db.exec('PRAGMA synchronous = OFF');
  const store: InlineStore = await openInline({ db, reader, closeDb: () => (db.close(), reader.close()), dataDir });
  for (let done = 0; done < mails; done += BATCH) {
    const now = Date.now();
    const commands = Array.from({ length: Math.min(BATCH, mails - done) }, (_, i): Command => {
      const n = done + i;
      const one = message(store, now, { accountId, events: [], counts: 0, tags: [n % RARE === 7 ? 'rare' : 'receipt'] }, [
        `u${n}@d${n % 500}.test`,
      ]);
      const state = n % RARE === 3 ? ('held' as const) : ('deferred' as const);
      const recipients = one.recipients.map(recipient => ({ ...recipient, dueAt: now + DAY_MS, state }));
      return { seq: n, owner: 'bench/0', call: 'queue.accept', arg: { ...one, recipients } };
    });
    await store.loop.run(commands);
  }
  await store.close();
}

/** A cold visit each: its own context, nothing cached. */
async function visits(warm: Page, base: string): Promise<void> {
  const took: number[] = [];
  let bytes = 0;
  for (let n = 0; n < 7; n++) {
    const cookies = await warm.context().cookies();
    const { page } = await openPage(browser, base);
    await page.context().addCookies(cookies);
    await page.addInitScript(() => localStorage.setItem('sesame.signed-in', 'yes'));
    bytes = 0;
    page.on('requestfinished', request => void request.sizes().then(sizes => (bytes += sizes.responseBodySize)));
    const before = performance.now();
    await page.goto(`${base}/messages`, { waitUntil: 'commit' });
    await page.waitForSelector('tbody tr td a');
    took.push(performance.now() - before);
    await page.waitForTimeout(200);
    await page.context().close();
  }
  say('cold visit of /messages, first rows', { median_ms: median(took), bytes_over_the_wire: bytes });
}

async function searches(page: Page): Promise<void> {
  for (const text of [
    `u${mails >> 1}@d${(mails >> 1) % 500}.test`,
    'state:held',
    'tag:rare',
    'nobody@nowhere.test',
    'state:bounced',
    'since:1h',
  ]) {
    const took: number[] = [];
    for (let n = 0; n < 5; n++) {
      await page.fill('input[type=search]', '');
      await page.waitForSelector('[aria-busy=false] tbody tr');
      await page.fill('input[type=search]', text);
      took.push(
        await page.evaluate(async () => {
          const before = performance.now();
          document.querySelector('form')?.requestSubmit();
          const isDone = (): boolean =>
            location.search.includes('q=') &&
            (document.querySelector('.empty') ?? document.querySelector('[aria-busy=false] tbody tr td a')) !== null;
          await new Promise(resolve => requestAnimationFrame(resolve));
          while (!isDone()) await new Promise(resolve => requestAnimationFrame(resolve));
          return performance.now() - before;
        }),
      );
    }
    say(`search ${text.replace(/^u\d+@d\d+/, 'an address')}`, { median_ms: median(took) });
  }
}

/** Scrolls to the end again and again, as pages come; tasks over 50 ms are stalls. */
async function scrolling(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/messages`);
  await page.waitForSelector('tbody tr td a');
  const seen = await page.evaluate(
    async (wanted: number) => {
      const long: number[] = [];
      new PerformanceObserver(list => long.push(...list.getEntries().map(entry => entry.duration))).observe({ entryTypes: ['longtask'] });
      const count = (): number => Number(document.querySelector('table')?.getAttribute('aria-rowcount')) - 1;
      const before = performance.now();
      while (count() < wanted) {
        scrollTo(0, document.body.scrollHeight);
        await new Promise(resolve => requestAnimationFrame(resolve));
      }
      return { rows: count(), drawn: document.querySelectorAll('tbody tr').length, long, ms: performance.now() - before };
    },
    Math.min(rows, mails),
  );
  say('scrolling', {
    rows: seen.rows,
    drawn: seen.drawn,
    ms: Math.round(seen.ms),
    stalls: seen.long.length,
    longest_ms: Math.round(Math.max(0, ...seen.long)),
  });
}
