// Reports against the mails that they are about, on a real store: tied, forged, replayed, mixed up and broken ones.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { message } from '../../test/store-contract.ts';
import { readReturnToken, returnPath, returnToken } from '../deliver/return-path.ts';
import { openInline, type InlineStore } from '../engines/store/inline.ts';
import { openSqlite } from '../engines/store/sqlite.ts';
import type { NewRecipient } from '../engines/store/types.ts';
import type { Decided, RecipientState } from '../mail.ts';
import { buildArf } from '../../test/arf.ts';
import { buildDsn, type DsnRecipient } from '../message/dsn.ts';
import { CLAIMS_SHOWN, KEPT_DIAGNOSTIC, READ_OF_REPORT } from './bounds.ts';
import { takeReturned } from './returned.ts';
import type { ReturnedDeps } from './types.ts';

const AT = Date.UTC(2026, 10, 30);
const folder = mkdtempSync(join(tmpdir(), 'sesame-returned-'));
const counted = new Map<string, number>();
let opened: InlineStore;
let deps: ReturnedDeps;

before(async () => {
  const db = openSqlite(join(folder, 'sesame.db'));
  opened = await openInline({ db, reader: db, closeDb: db.close, dataDir: folder, now: () => AT });
  await opened.store.accounts.create({ id: 'acc_one', name: 'one', contact: null });
  const silent = (): void => undefined;
  const shown = new Map<string, number>();
  deps = {
    store: opened.store,
    clock: { now: () => AT, monotonic: () => 0 },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    metrics: {
      count: (_name, labels) => {
        const key = `${labels?.['kind']} ${labels?.['tied']}`;
        counted.set(key, (counted.get(key) ?? 0) + 1);
      },
      observe: silent,
    },
    shared: {
      count: key => {
        shown.set(key, (shown.get(key) ?? 0) + 1);
        return shown.get(key) ?? 0;
      },
    },
    secrets: opened.secrets,
    readToken: text => readReturnToken(opened.secrets, text),
  };
});
after(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

/** A mail that went out: its id. The states are born as they are told. */
async function sent(to: readonly string[], over: { state?: RecipientState; forwardTo?: string } = {}): Promise<string> {
  const base = message(opened, AT, { accountId: 'acc_one' }, to);
  const recipients = base.recipients.map((one): NewRecipient => ({
    ...one,
    ...(over.forwardTo === undefined ? {} : { target: { kind: 'forward', routeId: 'rt', address: over.forwardTo } }),
  }));
  const accepted = await opened.store.queue.accept({ ...base, direction: over.forwardTo === undefined ? 'out' : 'in', recipients });
  assert.equal(accepted.kind, 'queued');
  const state = over.state ?? 'delivered';
  for (;;) {
    const [job] = await opened.store.queue.claim({ room: 1, perLane: 100 });
    if (!job) return base.id;
    const results = job.recipients.map(({ n }) => ({ n, state, dueAt: null, warned: false, unknownSince: null, attempt: null }));
    await opened.store.queue.settle({ emailId: job.emailId, fence: job.fence, results, events: [], owed: [] });
  }
}

const pathOf = (id: string, n: number | null = null): string => returnPath(opened.secrets, id, n, 'sender.test');

/** What the queue stage hands over of a stranger's mail; only what is read is there. */
function came(raw: Buffer | string, to: string, peer = '192.0.2.9'): Decided {
  const isReport = to.includes('@bounce.') || to.startsWith('fbl@');
  const mail = {
    raw: Buffer.from(raw),
    peer: { ip: peer },
    envelope: { from: '', recipients: [{ address: to }] },
    party: { kind: 'stranger', routes: [{ id: isReport ? 'return-path' : 'rt_1' }] },
  };
  return mail as unknown as Decided;
}

function dsn(...recipients: readonly (Partial<DsnRecipient> & { readonly finalRecipient: string })[]): Buffer {
  const rest = { action: 'failed', status: '5.1.1', diagnostic: '550 5.1.1 no such user', originalRecipient: null } as const;
  return buildDsn({
    messageId: '<1@mx.peer.test>',
    from: 'mailer-daemon@mx.peer.test',
    to: 'x@bounce.sender.test',
    hostname: 'mx.peer.test',
    at: AT,
    arrivedAt: AT,
    envid: null,
    recipients: recipients.map(one => ({ ...rest, remoteMta: null, willRetryUntil: null, ...one })),
    returned: Buffer.from('Subject: the original\r\n\r\n'),
    full: false,
  });
}

function arf(feedbackId: string, over: { readonly to?: readonly string[]; readonly type?: 'abuse' | 'not-spam' | 'fraud' } = {}): Buffer {
  return buildArf({
    messageId: '<2@fbl.peer.test>',
    from: 'fbl@peer.test',
    to: 'abuse@sender.test',
    at: AT,
    arrivedAt: AT,
    feedbackType: over.type ?? 'abuse',
    originalMailFrom: 'b-x@bounce.sender.test',
    originalRecipients: over.to ?? [],
    sourceIp: '192.0.2.1',
    reportedDomain: 'sender.test',
    returned: Buffer.from(`From: a@sender.test\r\nFeedback-ID: ${feedbackId}\r\nSubject: the original\r\n\r\n`),
    full: false,
  });
}

/** `type recipient class reason` of each outcome of the mail, with `permanent` and the peer's words. */
async function outcomes(id: string): Promise<readonly string[]> {
  const told = (await opened.store.events.ofEmail(id)).filter(one => one.data['afterDelivery'] === true);
  return told.map(({ type, recipient, data }) => {
    const { class: kind, reason, permanent, feedbackType } = data as Readonly<Record<string, string | boolean | undefined>>;
    const words = [type, recipient, kind, reason, permanent === true ? 'permanent' : undefined, feedbackType];
    return words.filter(one => typeof one === 'string').join(' ');
  });
}
const states = async (id: string): Promise<readonly string[]> => (await opened.store.emails.recipients(id)).map(one => one.state);

test('a report is believed of the recipients that the mail had, and changes no state', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test', 'eve@y.test']);
  const raw = dsn(
    { finalRecipient: 'Ann@X.test' },
    { finalRecipient: 'tom@x.test', status: '5.2.2', diagnostic: '552 5.2.2 mailbox full' },
    { finalRecipient: 'stranger@x.test' },
  );
  await takeReturned(deps, came(raw, pathOf(id)));
  assert.deepEqual(await outcomes(id), ['bounced ann@x.test hard userunknown permanent', 'bounced tom@x.test full mailboxfull']);
  assert.deepEqual(await states(id), ['delivered', 'delivered', 'delivered']);
  const [first] = (await opened.store.events.ofEmail(id)).filter(one => one.type === 'bounced');
  const { source, code, enhanced, reply } = first?.data ?? {};
  assert.deepEqual([source, code, enhanced, reply], ['dsn', 550, '5.1.1', '550 5.1.1 no such user']);
  assert.equal(first?.accountId, 'acc_one');
});

test('the original address may stand in xtext', async () => {
  const id = await sent(['ann+news@x.test']);
  await takeReturned(deps, came(dsn({ finalRecipient: 'box7@inside.x.test', originalRecipient: 'rfc822;ann+2Bnews@x.test' }), pathOf(id)));
  assert.deepEqual(await outcomes(id), ['bounced ann+news@x.test hard userunknown permanent']);
});

test('a report that comes again counts once, also at the same time', async () => {
  const id = await sent(['ann@x.test']);
  const mail = came(dsn({ finalRecipient: 'ann@x.test' }), pathOf(id));
  await Promise.all([1, 2, 3].map(() => takeReturned(deps, mail)));
  await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test', status: '5.2.1' }), pathOf(id)));
  assert.equal((await outcomes(id)).length, 1);
});

test('late is told once, then given up; late behind given up is no news; success is none', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test']);
  const late = { action: 'delayed', status: '4.4.1', diagnostic: null } as const;
  await takeReturned(deps, came(dsn({ finalRecipient: 'tom@x.test', action: 'relayed', status: '2.0.0', diagnostic: null }), pathOf(id)));
  assert.deepEqual(await outcomes(id), []);
  await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test', ...late }), pathOf(id)));
  await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test', ...late }), pathOf(id)));
  await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test' }, { finalRecipient: 'tom@x.test' }), pathOf(id)));
  await takeReturned(deps, came(dsn({ finalRecipient: 'tom@x.test', ...late }), pathOf(id)));
  assert.deepEqual(
    (await outcomes(id)).map(one => one.split(' ', 2).join(' ')),
    ['deferred ann@x.test', 'bounced ann@x.test', 'bounced tom@x.test'],
  );
});

test('a token for one recipient speaks of that one alone', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test']);
  await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test' }, { finalRecipient: 'behind@z.test' }), pathOf(id, 1)));
  assert.deepEqual(await outcomes(id), ['bounced tom@x.test hard userunknown permanent']);
});

test('tokens that are not ours, of other mails, or changed by a letter tie nothing', async () => {
  const id = await sent(['ann@x.test']);
  const good = pathOf(id);
  const bad = [
    good.replace(/.(?=@)/, last => (last === 'a' ? 'b' : 'a')),
    good.replace('.', '-0.'),
    `b-${id.slice(4)}@bounce.sender.test`,
    `${id}@bounce.sender.test`,
    'postmaster@bounce.sender.test',
  ];
  for (const to of bad) await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test' }), to));
  const other = await sent(['tom@y.test']);
  await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test' }), pathOf(other)));
  assert.deepEqual([await outcomes(id), await outcomes(other)], [[], []]);
});

test('recipients that never left cannot come back', async () => {
  for (const state of ['bounced', 'cancelled', 'held'] as const) {
    const id = await sent(['ann@x.test'], { state });
    await takeReturned(deps, came(dsn({ finalRecipient: 'ann@x.test' }), pathOf(id)));
    assert.deepEqual(await outcomes(id), [], state);
  }
});

test('a forward that fails at its target is told of the route’s address', async () => {
  const id = await sent(['sales@inbox.test'], { forwardTo: 'me@target.test' });
  await takeReturned(deps, came(dsn({ finalRecipient: 'me@target.test' }), pathOf(id)));
  assert.deepEqual(await outcomes(id), ['bounced sales@inbox.test hard userunknown permanent']);
});

const text = (head: readonly string[], ...body: readonly string[]): string => [...head, '', ...body, ''].join('\r\n');

test('returned mail without status fields: its words are read and not kept', async () => {
  const id = await sent(['ann@x.test']);
  const raw = text(
    ['From: MAILER-DAEMON@peer.test', 'Subject: failure notice'],
    'Hi. This is the program at peer.test.',
    '<ann@x.test>:',
    '550 5.1.1 no such user here, says canary-word',
  );
  await takeReturned(deps, came(raw, pathOf(id)));
  assert.deepEqual(await outcomes(id), ['bounced ann@x.test hard userunknown permanent']);
  assert.doesNotMatch(JSON.stringify(await opened.store.events.ofEmail(id)), /canary/);
});

test('a report that names nobody is about the only recipient, if it says why', async () => {
  const mailer = ['From: postmaster@peer.test', 'Subject: Undeliverable'];
  const [one, two, vague] = [await sent(['ann@x.test']), await sent(['ann@x.test', 'tom@x.test']), await sent(['ann@x.test'])];
  for (const id of [one, two]) await takeReturned(deps, came(text(mailer, 'The mailbox is full.'), pathOf(id)));
  await takeReturned(deps, came(text(mailer, 'Something happened.'), pathOf(vague)));
  assert.deepEqual(await outcomes(one), ['bounced ann@x.test full mailboxfull']);
  assert.deepEqual([await outcomes(two), await outcomes(vague)], [[], []]);
});

test('automatic answers, people and receipts are no bounces', async () => {
  const id = await sent(['ann@x.test']);
  const before = counted.get('autoreply no') ?? 0;
  const away = 'I am away. Your mail was not delivered to me, ann@x.test: 550 user unknown until Monday.';
  await takeReturned(
    deps,
    came(text(['From: ann@x.test', 'Auto-Submitted: auto-replied', 'Subject: Re: Delivery notification'], away), pathOf(id)),
  );
  await takeReturned(deps, came(text(['From: ann@x.test', 'Subject: Automatic reply: Delivery status of order 5'], away), pathOf(id)));
  await takeReturned(deps, came(text(['From: ann@x.test', 'Subject: Автоответ: доставка'], 'Меня нет.'), pathOf(id)));
  assert.equal(counted.get('autoreply no'), before + 3);
  await takeReturned(deps, came(text(['From: ann@x.test', 'Subject: Re: Delivery failure of my parcel'], 'Where is it?'), pathOf(id)));
  const receipt = text(
    ['From: ann@x.test', 'Subject: Read: hello', 'Content-Type: multipart/report; report-type=disposition-notification; boundary=b'],
    '--b',
    '',
    'Your message was read.',
    '--b',
    'Content-Type: message/disposition-notification',
    '',
    'Final-Recipient: rfc822; ann@x.test',
    'Disposition: manual-action/MDN-sent-manually; displayed',
    '--b--',
  );
  await takeReturned(deps, came(receipt, pathOf(id)));
  assert.deepEqual(await outcomes(id), []);
});

test('a complaint is tied by the signed Feedback-ID of the returned mail and by nothing else', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test']);
  const token = returnToken(opened.secrets, id, null);
  await takeReturned(deps, came(arf(`${token}:sesame`, { to: ['tom@x.test'] }), 'abuse@sender.test'));
  await takeReturned(deps, came(arf(`${token}:sesame`, { to: ['tom@x.test'], type: 'fraud' }), 'fbl@mx.sesame.test'));
  await takeReturned(deps, came(arf(`${token}:sesame`), 'postmaster+x@sender.test'));
  await takeReturned(deps, came(arf(`${token}:sesame`, { to: ['nobody@x.test'] }), pathOf(id)));
  assert.deepEqual(await outcomes(id), ['complained tom@x.test abuse', 'complained abuse'], 'once a recipient, once for who is not named');
  const { data } = (await opened.store.events.ofEmail(id)).find(one => one.type === 'complained') ?? {};
  assert.deepEqual([data?.['verified'], data?.['source']], [true, 'arf']);
  assert.deepEqual(await states(id), ['delivered', 'delivered']);
});

test('"not spam" is no complaint, and mail for others is not looked at', async () => {
  const id = await sent(['ann@x.test']);
  const token = returnToken(opened.secrets, id, null);
  await takeReturned(deps, came(arf(`${token}:sesame`, { type: 'not-spam' }), 'abuse@sender.test'));
  await takeReturned(deps, came(arf(`${token}:sesame`), 'ann@sender.test'));
  assert.deepEqual(await outcomes(id), []);
});

test('forged complaints are shown to the operator, a bounded number, and never counted', async () => {
  const id = await sent(['ann@x.test']);
  const forged = [`${id.slice(4)}.00000000000000000000:sesame`, `${returnToken(opened.secrets, id, null)}:other`, 'x:sesame', ''];
  const last = await opened.store.events.last();
  for (const one of forged) await takeReturned(deps, came(arf(one, { to: ['ann@x.test'] }), pathOf(id), '192.0.2.77'));
  assert.deepEqual(await outcomes(id), []);
  const shown = await opened.store.events.after({ accountId: null, seq: last, limit: 1_000 });
  assert.deepEqual(
    shown.map(one => [one.type, one.accountId, one.emailId, one.data['verified'], one.data['peer'], one.data['reportedDomain']]),
    forged.map(() => ['received', null, null, false, '192.0.2.77', 'sender.test']),
  );
  for (let n = 0; n < CLAIMS_SHOWN + 50; n++) await takeReturned(deps, came(arf('x:sesame'), 'abuse@sender.test'));
  const all = await opened.store.events.after({ accountId: null, seq: last, limit: 1_000 });
  assert.equal(all.filter(one => one.data['report'] === 'complaint').length, CLAIMS_SHOWN);
});

test('Hotmail’s older form: the mail as an attachment, the recipient in a field of its own', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test']);
  const raw = text(
    ['From: staff@peer.test', 'Subject: complaint about message from 192.0.2.1', 'Content-Type: multipart/mixed; boundary=b'],
    '--b',
    'Content-Type: message/rfc822',
    '',
    'X-HmXmrOriginalRecipient: tom@x.test',
    `Feedback-ID: ${returnToken(opened.secrets, id, null)}:sesame`,
    'Subject: the original',
    '',
    'x',
    '--b--',
  );
  await takeReturned(deps, came(raw, 'abuse@sender.test'));
  assert.deepEqual(await outcomes(id), ['complained tom@x.test abuse']);
});

test('complaints in the shapes of providers that leave our Feedback-ID out are shown and never counted', async () => {
  const id = await sent(['ann@x.test']);
  const last = await opened.store.events.last();
  const original = [`X-Sesame-Id: ${id}`, `Message-ID: <${id.slice(4)}@sender.test>`, 'To: ann@x.test', 'Subject: the original', '', 'x'];
  const mixed = (...head: readonly string[]): string =>
    text(
      [...head, 'Content-Type: multipart/mixed; boundary=b'],
      '--b',
      'Content-Type: message/rfc822',
      '',
      'X-HmXmrOriginalRecipient: ann@x.test',
      ...original,
      '--b--',
    );
  const report = (...fields: readonly string[]): string =>
    text(
      ['From: feedback@peer.test', 'Subject: FW:the original', 'Content-Type: multipart/report; report-type=feedback-report; boundary=b'],
      '--b',
      'Content-Type: message/feedback-report',
      '',
      'Feedback-Type: abuse',
      'Version: 1',
      ...fields,
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      ...original,
      '--b--',
    );
  const shapes = [
    mixed('From: staff@hotmail.test', 'Subject: complaint about message from 192.0.2.1'),
    report('User-Agent: Yahoo!-Mail-Feedback/2.0', 'Original-Mail-From: <b-x@bounce.sender.test>', 'Reported-Domain: sender.test'),
    report('User-Agent: AOL SComp', 'Removal-Recipient: ann@x.test', 'Source-IP: 192.0.2.1'),
  ];
  // Another hour: the forged ones have used up what is shown in one.
  const hour = { ...deps, shared: { count: () => 1 } };
  for (const shape of shapes) await takeReturned(hour, came(shape, 'fbl@mx.sesame.test'));
  assert.deepEqual(await outcomes(id), []);
  const claims = await opened.store.events.after({ accountId: null, seq: last, limit: 10 });
  assert.deepEqual(
    claims.map(one => [one.type, one.accountId, one.emailId, one.data['verified'], one.data['reportedDomain']]),
    [null, 'sender.test', null].map(domain => ['received', null, null, false, domain]),
  );
});

test('a long diagnosis is cut, what stands behind the front of a report is not read', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test']);
  await takeReturned(
    deps,
    came(dsn({ finalRecipient: 'ann@x.test', diagnostic: `550 5.1.1 no such user ${'\u0007x'.repeat(300)}` }), pathOf(id)),
  );
  const reply = (await opened.store.events.ofEmail(id)).find(one => one.type === 'bounced')?.data['reply'] as string;
  assert.equal(reply.length, KEPT_DIAGNOSTIC);
  assert.doesNotMatch(reply, /\p{Cc}/u);
  const behind = Buffer.concat([Buffer.from(`Subject: x\r\n\r\n${'y'.repeat(READ_OF_REPORT)}`), dsn({ finalRecipient: 'tom@x.test' })]);
  await takeReturned(deps, came(behind, pathOf(id)));
  assert.equal((await outcomes(id)).length, 1);
});

const PIECES = [
  '\r\n',
  '\r\n\r\n',
  '--=_',
  'Final-Recipient: rfc822; tom@x.test\r\n',
  'Action: failed\r\n',
  '<',
  '@',
  '550 5.1.1 ',
  '\u0000',
  'ann@x.test',
  'Content-Type: message/rfc822\r\n',
];
test('whatever is broken in a report, nothing throws and nobody else is told of', async () => {
  const id = await sent(['ann@x.test', 'tom@x.test']);
  const seeds = [
    dsn({ finalRecipient: 'ann@x.test' }, { finalRecipient: 'tom@x.test', action: 'delayed' }),
    arf(`${returnToken(opened.secrets, id, null)}:sesame`),
  ];
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.constantFrom(...PIECES, ''), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...seeds), fc.array(change, { maxLength: 12 }), async (seed, changes) => {
      let raw = seed;
      for (const [where, length, piece, doubles] of changes) {
        const at = Math.floor(where * raw.length);
        const cut = raw.subarray(at, at + length);
        raw = Buffer.concat([raw.subarray(0, at), Buffer.from(piece), ...(doubles ? [cut, cut] : []), raw.subarray(at + length)]);
      }
      await takeReturned(deps, came(raw, pathOf(id)));
      const told = await opened.store.events.ofEmail(id);
      assert.ok(told.every(one => one.recipient === null || ['ann@x.test', 'tom@x.test'].includes(one.recipient)));
      // Two recipients, each late, bounced and complained once at most; one complaint of nobody.
      assert.ok(told.filter(one => one.data['afterDelivery'] === true).length <= 7);
    }),
    { numRuns: 300 },
  );
  assert.ok((await outcomes(id)).length > 0, 'some were read');
});
