// The process that store-kill.test.ts kills: accepts, claims, reads back and settles as fast as it can, with epochs that live for
// fractions of a second so that every step of their destruction is met; says each thing on stdout once it is durable.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openInline } from '../../src/engines/store/inline.ts';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import { message } from '../store-contract.ts';

const [dataDir = '', seed = '1'] = process.argv.slice(2);
const file = join(dataDir, 'sesame.db');
const db = openSqlite(file);
const reader = openSqlite(file);
const store = await openInline({
  db,
  reader,
  closeDb: () => undefined,
  dataDir,
  node: 'child',
  times: { openMs: 60, lingerMs: 30 },
});
const say = (line: string): void => void writeSync(1, `${line}\n`);
for (const alarm of store.alarms) say(`alarm ${alarm}`);
say('ready');

let turn = Number(seed);
const lanes = ['a@x.test', 'b@y.test', 'c@z.test'];
for (;;) {
  turn++;
  const body = `body ${turn}`;
  const accepts = Array.from({ length: 3 }, async (_, i) => {
    const mail = message(store, Date.now(), {}, lanes.slice(0, 1 + ((turn + i) % 3)), body);
    const outcome = await store.store.queue.accept(mail);
    if (outcome.kind === 'queued') say(`accepted ${mail.id} ${mail.recipients.length} ${body}`);
  });
  await Promise.all(accepts);
  for (const job of await store.store.queue.claim({ room: 6, perLane: 2 })) {
    const sealed = await store.store.queue.content(job.emailId);
    const content = sealed && store.vault.open(job.emailId, sealed).toString();
    if (content === null || !content.startsWith('body ')) say(`unreadable ${job.emailId}`);
    // One in four waits: deferred mail is what re-wrapping is for.
    const state = (turn + job.fence) % 4 === 0 ? 'deferred' : 'delivered';
    const dueAt = state === 'deferred' ? Date.now() + 50 : null;
    const results = job.recipients.map(one => ({ n: one.n, state, dueAt, warned: false, unknownSince: null, attempt: null }) as const);
    const about = { type: state, at: Date.now(), accountId: null, emailId: job.emailId, data: {} } as const;
    const events = job.recipients.map(one => ({ ...about, recipient: one.address }));
    const outcome = await store.store.queue.settle({ emailId: job.emailId, fence: job.fence, results, events, owed: [] });
    if (outcome === 'recorded' && state === 'delivered') for (const one of job.recipients) say(`delivered ${job.emailId} ${one.n}`);
  }
  while (await store.loop.turn());
}
