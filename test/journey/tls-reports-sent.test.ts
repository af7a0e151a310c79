// Reports of yesterday's TLS sessions, sent by the product's own code with a clock of ours: DNS, HTTPS, store and queue are real.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { loadConfig } from '../../src/config.ts';
import { newHttpClient } from '../../src/engines/http-client.ts';
import { newResolver } from '../../src/engines/resolver/resolver.ts';
import { newMetrics } from '../../src/engines/metrics.ts';
import type { Resolver } from '../../src/engines/resolver/types.ts';
import { openInline, type InlineStore } from '../../src/engines/store/inline.ts';
import { openSqlite } from '../../src/engines/store/sqlite.ts';
import type { OwnReport, TlsSum } from '../../src/engines/store/control/tls-results.ts';
import { walk } from '../../src/message/walk.ts';
import { newTlsResults } from '../../src/report/tls-results.ts';
import { readTlsMail } from '../../src/tlspolicy/report-mail.ts';
import { readTlsReport } from '../../src/tlspolicy/tls-report-read.ts';
import { newTlsReports } from '../../src/upkeep/tls-reports.ts';
import { startReceiver, type Receiver } from '../https-receiver.ts';
import { ROOT } from '../server.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Half a day into day 20,000. */
const NOON = 20_000 * DAY + 12 * HOUR;

let dns: StubDns;
let receiver: Receiver;
let status = 201;
const trusted = getCACertificates('default');

before(async () => {
  receiver = await startReceiver('r.them.test', () => status);
  setDefaultCACertificates([...trusted, receiver.certificate]);
  dns = await startStubDns({ 'r.them.test A': ['127.0.0.1'] });
});
after(async () => {
  setDefaultCACertificates(trusted);
  await Promise.all([receiver.close(), dns.close()]);
});
beforeEach(() => {
  receiver.received.length = 0;
  status = 201;
});

type Installation = {
  readonly clock: { at: number };
  readonly store: InlineStore['store'];
  readonly round: (answering?: Resolver) => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly report: (domain: string) => Promise<OwnReport | null>;
  /** Mail that waits in the queue, opened. */
  readonly queued: () => Promise<readonly { readonly to: string; readonly raw: Buffer; readonly record: unknown; readonly tls: string }[]>;
};
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const metrics = newMetrics();

/** An installation of its own; `signs`: a verified domain with keys covers its host name. */
async function installed(body: (it: Installation) => Promise<void>, signs = true, on = true): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sesame-tlsrpt-'));
  const loaded = loadConfig({ SESAME_DATA_DIR: dataDir, SESAME_HOSTNAME: 'mx.us.test', SESAME_TLS_REPORTS: on ? 'on' : 'off' }, ROOT);
  assert.ok('config' in loaded);
  const { config } = loaded;
  const clock = { at: NOON, now: () => clock.at, monotonic: () => performance.now() };
  const open = async (): Promise<InlineStore> => {
    const db = openSqlite(join(dataDir, 'sesame.db'));
    return openInline({ db, reader: db, closeDb: db.close, dataDir, now: clock.now });
  };
  let opened = await open();
  const resolver = newResolver({ servers: [dns.address], trusted: true, clock: { ...clock, now: Date.now }, cached: false });
  const http = newHttpClient({ resolver, allowed: () => true, opened: () => true });
  if (signs) {
    const key = { domain: 'us.test', selector: 's1', algorithm: 'ed25519', sealed: Buffer.from('x'), public: 'p', retireAt: null } as const;
    await opened.store.domains.create({
      name: 'us.test',
      accountId: 'acc_us',
      challenge: 'c',
      keys: [{ ...key, state: 'active' }],
      mayShare: false,
    });
    await opened.store.domains.setChecked({ name: 'us.test', proven: true, forced: true, checked: '[]', lapsed: false });
  }
  const before = { day: 99_999, domain: '' };
  try {
    await body({
      clock,
      get store() {
        return opened.store;
      },
      // A round of a process that has just started.
      round: (answering = resolver) =>
        newTlsReports({ config, clock, log: quiet, metrics, store: opened.store, vault: opened.vault, resolver: answering, http })(),
      restart: async () => {
        await opened.close();
        opened = await open();
      },
      report: async domain =>
        (await opened.store.tlsResults.days({ accountId: null, domain, day: 20_000, before, limit: 1 }))[0]?.report ?? null,
      queued: async () => {
        const jobs = await opened.store.queue.claim({ room: 100, perLane: 100 });
        const mails = jobs.map(async job => {
          const sealed = await opened.store.queue.content(job.emailId);
          assert.ok(sealed);
          const record = (await opened.store.emails.get(job.emailId))?.record;
          return { to: job.recipients[0]?.address ?? '', raw: opened.vault.open(job.emailId, sealed), record, tls: job.tls };
        });
        return Promise.all(mails);
      },
    });
  } finally {
    resolver.close();
    await opened.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Three good sessions and one with an old certificate on day 20,000, counted as the doors do it. */
async function counted({ store, clock }: Installation, domain: string): Promise<void> {
  const results = newTlsResults({ store, clock: { now: () => clock.at, monotonic: () => 0 }, log: quiet, metrics, on: true });
  const policy = { type: 'sts', strings: ['version: STSv1', 'mode: testing'], domain, mxHosts: [`mx.${domain}`] } as const;
  const receivingHost = `mx.${domain}`;
  const failure = {
    result: 'certificate-expired',
    sendingIp: '192.0.2.1',
    receivingHost,
    receivingIp: '198.51.100.7',
    detail: 'CERT_HAS_EXPIRED',
  } as const;
  for (let n = 0; n < 3; n++) results.note({ domain, policy, ok: true, failure: null });
  results.note({ domain, policy, ok: true, failure });
  await results.flush();
}

const expected = (domain: string) => ({
  organization: 'mx.us.test',
  contact: 'postmaster@mx.us.test',
  id: `2024-10-04.${domain}@mx.us.test`,
  from: '2024-10-04T00:00:00Z',
  to: '2024-10-04T23:59:59Z',
  policies: [
    {
      type: 'sts',
      domain,
      strings: ['version: STSv1', 'mode: testing'],
      mxHosts: [`mx.${domain}`],
      successful: 3,
      failed: 1,
      failures: [
        {
          type: 'certificate-expired',
          sendingIp: '192.0.2.1',
          mxHost: `mx.${domain}`,
          mxHelo: null,
          receivingIp: '198.51.100.7',
          reasonCode: 'CERT_HAS_EXPIRED',
          info: null,
          count: 1,
        },
      ],
    },
  ],
});

test('a day is reported after it is over, by HTTPS and by mail, once, whatever is restarted', () =>
  installed(async it => {
    dns.zone['_smtp._tls.them.test TXT'] = [
      `v=TLSRPTv1; rua=https://r.them.test:${receiver.port}/tls?x=1,mailto:in%2Btls@them.test?subject=x`,
    ];
    await counted(it, 'them.test');
    await it.round();
    assert.equal(await it.report('them.test'), null, 'the day is not over');
    it.clock.at = 20_001 * DAY + 5 * 60_000;
    await it.round();
    const planned = await it.report('them.test');
    assert.equal(planned?.state, 'waiting');
    const wait = (planned?.nextAt ?? 0) - 20_001 * DAY;
    assert.ok(wait >= 5 * 60_000 && wait <= 4 * HOUR + 5 * 60_000, 'spread over hours');
    assert.equal(receiver.received.length, 0);
    await it.restart();
    it.clock.at = planned?.nextAt ?? 0;
    await Promise.all([it.round(), it.round()]);
    await it.restart();
    await it.round();
    assert.equal((await it.report('them.test'))?.state, 'sent');
    const [posted] = receiver.received;
    assert.equal(receiver.received.length, 1, 'two rounds at once, as two nodes do it: one of them has it');
    assert.deepEqual([posted?.method, posted?.path, posted?.headers['content-type']], ['POST', '/tls?x=1', 'application/tlsrpt+gzip']);
    assert.deepEqual(readTlsReport(gunzipSync(posted?.bytes ?? '')), expected('them.test'));
    const mails = await it.queued();
    assert.deepEqual(
      mails.map(one => [one.to, one.record, one.tls]),
      [['in+tls@them.test', { tlsReport: 'them.test' }, 'opportunistic']],
    );
    assert.deepEqual(readTlsMail(walk(mails[0]?.raw ?? Buffer.alloc(0))), expected('them.test'));
  }));

test('a receiver that does not answer well is tried again with growing pauses, for a day; the others are not bothered again', () =>
  installed(async it => {
    dns.zone['_smtp._tls.slow.test TXT'] = [`v=TLSRPTv1; rua=mailto:a@slow.test,https://r.them.test:${receiver.port}/`];
    await counted(it, 'slow.test');
    status = 503;
    it.clock.at = 20_002 * DAY;
    await it.round();
    const first = await it.report('slow.test');
    assert.deepEqual(
      [first?.state, first?.tries, first?.destinations?.map(one => [one.state, one.said])],
      [
        'waiting',
        1,
        [
          ['queued', null],
          ['waiting', '503'],
        ],
      ],
    );
    assert.equal(first?.nextAt, it.clock.at + 10 * 60_000);
    await it.round();
    assert.equal(receiver.received.length, 1, 'not before it is time');
    it.clock.at = first?.nextAt ?? 0;
    await it.round();
    assert.equal((await it.report('slow.test'))?.nextAt, it.clock.at + 20 * 60_000);
    status = 200;
    it.clock.at += 20 * 60_000;
    await it.round();
    assert.deepEqual([(await it.report('slow.test'))?.state, receiver.received.length], ['sent', 3]);
    assert.equal((await it.queued()).length, 1);
  }));

test('after a day of failures it is over', () =>
  installed(async it => {
    dns.zone['_smtp._tls.never.test TXT'] = [`v=TLSRPTv1; rua=https://r.them.test:${receiver.port}/`];
    await counted(it, 'never.test');
    status = 500;
    it.clock.at = 20_002 * DAY;
    const start = it.clock.at;
    for (let report = await it.report('never.test'); report?.nextAt !== null; report = await it.report('never.test')) {
      it.clock.at = report?.nextAt ?? it.clock.at;
      await it.round();
      assert.ok(receiver.received.length < 20);
    }
    assert.equal((await it.report('never.test'))?.state, 'failed');
    assert.ok(it.clock.at - start <= DAY && it.clock.at - start > 18 * HOUR);
  }));

test('a domain that asks for nothing gets nothing, and is not asked again; no answer of DNS is no answer', () =>
  installed(async it => {
    dns.zone['_smtp._tls.other.test TXT'] = ['v=TLSRPTv1; rua=http://r.them.test/'];
    await counted(it, 'quiet.test');
    await counted(it, 'other.test');
    it.clock.at = 20_002 * DAY;
    await it.round({ lookUp: async () => ({ kind: 'servfail' }), close: () => undefined });
    const unknown = await it.report('quiet.test');
    assert.deepEqual([unknown?.state, unknown?.destinations], ['waiting', null]);
    it.clock.at = unknown?.nextAt ?? 0;
    await it.round();
    assert.equal((await it.report('quiet.test'))?.state, 'unwanted');
    assert.equal((await it.report('other.test'))?.state, 'unwanted');
    const asked = dns.asked.length;
    it.clock.at += DAY;
    await it.round();
    assert.equal(dns.asked.length, asked);
    assert.deepEqual(await it.queued(), []);
  }));

test('without a signature of ours no mail is sent, since receivers ignore it; HTTPS needs none', () =>
  installed(async it => {
    dns.zone['_smtp._tls.mailonly.test TXT'] = ['v=TLSRPTv1; rua=mailto:a@mailonly.test'];
    dns.zone['_smtp._tls.both.test TXT'] = [`v=TLSRPTv1; rua=mailto:a@both.test,https://r.them.test:${receiver.port}/`];
    await counted(it, 'mailonly.test');
    await counted(it, 'both.test');
    it.clock.at = 20_002 * DAY;
    await it.round();
    assert.equal((await it.report('mailonly.test'))?.state, 'unsigned');
    assert.equal((await it.report('both.test'))?.state, 'sent');
    assert.deepEqual(await it.queued(), []);
    assert.equal(receiver.received.length, 1);
  }, false));

test('an untrusted certificate is no delivery', () =>
  installed(async it => {
    const stranger = await startReceiver('r.them.test');
    dns.zone['_smtp._tls.forged.test TXT'] = [`v=TLSRPTv1; rua=https://r.them.test:${stranger.port}/`];
    await counted(it, 'forged.test');
    it.clock.at = 20_002 * DAY;
    await it.round();
    await stranger.close();
    assert.match((await it.report('forged.test'))?.destinations?.[0]?.said ?? '', /^tls: /);
    assert.equal(stranger.received.length, 0);
  }));

test('switched off, nothing is planned', () =>
  installed(
    async it => {
      await counted(it, 'them.test');
      it.clock.at = 20_002 * DAY;
      await it.round();
      assert.equal(await it.report('them.test'), null);
    },
    true,
    false,
  ));

test('a large backlog is reported whole', () =>
  installed(async it => {
    const sum = (n: number): TlsSum => ({
      domain: `d${n}.test`,
      day: 20_000,
      key: 'k',
      bareKey: 'b',
      policyType: 'no-policy-found',
      policyDomain: `d${n}.test`,
      policy: [],
      mxHosts: [],
      result: '',
      sendingIp: null,
      receivingHost: null,
      receivingIp: null,
      detail: null,
      count: 1,
    });
    await it.store.tlsResults.add(Array.from({ length: 250 }, (_, n) => sum(n)));
    it.clock.at = 20_002 * DAY;
    await it.round();
    const left = await it.store.tlsResults.due({ now: it.clock.at + 9 * DAY, limit: 300 });
    assert.deepEqual([left.length, (await it.report('d0.test'))?.state], [0, 'unwanted']);
  }));
