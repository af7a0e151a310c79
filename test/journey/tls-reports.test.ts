// Reports through a whole server: yesterday's report leaves by signed mail and by HTTPS; reports of others come to the MX, are read,
// kept as sums and shown to the account of the domain. What is not signed, not ours, twice there or a bomb counts for nothing.
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { dkimSign } from '../../src/deliver/dkim/sign.ts';
import { walk } from '../../src/message/walk.ts';
import { packReport, readTlsMail, tlsReportMail } from '../../src/tlspolicy/report-mail.ts';
import { readTlsReport } from '../../src/tlspolicy/tls-report-read.ts';
import { reportDay, writeTlsReport } from '../../src/tlspolicy/tls-rpt.ts';
import { smtp } from '../client.ts';
import { startReceiver, type Receiver } from '../https-receiver.ts';
import { EICAR } from '../patterns.ts';
import { discard, must, startServer, tenant, until, type Json, type Server, type Tenant } from '../server.ts';
import { header, startSink, type Sink } from '../sink.ts';
import { startStubDns, type StubDns } from '../stub-dns.ts';

const DAY = 86_400_000;
const pair = generateKeyPairSync('ed25519');
const key = {
  domain: 'reporter.test',
  selector: 'k1',
  algorithm: 'ed25519',
  key: createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
} as const;
/** The day before yesterday: its report is due whatever the time is. */
const day = Math.floor(Date.now() / DAY) - 2;
const isoDay = new Date(day * DAY).toISOString().slice(0, 10);

const folder = mkdtempSync(join(tmpdir(), 'sesame-trusted-'));
let dns: StubDns;
let sink: Sink;
let receiver: Receiver;
let server: Server;
let us: Tenant;
let owner: Tenant;
let stranger: Tenant;

before(async () => {
  sink = await startSink({});
  receiver = await startReceiver('r.them.test');
  const published = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  dns = await startStubDns({
    'them.test MX': ['10 mx.them.test'],
    'mx.them.test A': ['127.0.0.1'],
    'r.them.test A': ['127.0.0.1'],
    '_smtp._tls.them.test TXT': [`v=TLSRPTv1; rua=mailto:in@them.test,https://r.them.test:${receiver.port}/tls`],
    '_smtp._tls.inbox.test TXT': ['v=TLSRPTv1; rua=mailto:inbox@them.test'],
    '_smtp._tls.late.test TXT': ['v=TLSRPTv1; rua=mailto:late@them.test'],
    'k1._domainkey.reporter.test TXT': [`v=DKIM1; k=ed25519; p=${published}`],
    'only._domainkey.reporter.test TXT': [`v=DKIM1; k=ed25519; s=tlsrpt; p=${published}`],
  });
  server = await start();
  us = await tenant(server, 'sesame.test');
  owner = await tenant(server, 'inbox.test');
  stranger = await tenant(server, 'elsewhere.test');
  const { records } = await must(us.call('GET', '/v1/domains/sesame.test'));
  for (const one of records as Json[]) if (one.purpose === 'dkim') dns.zone[`${one.host} TXT`] = [one.expected];
});
after(async () => {
  await server.stop();
  await Promise.all([sink.close(), receiver.close(), dns.close()]);
  discard(server);
  rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir?: string): Promise<Server> {
  // What the process trusts beside the usual: the certificate of the receiver.
  const extra = join(folder, 'receiver.pem');
  writeFileSync(extra, receiver.certificate);
  return startServer({ SESAME_RESOLVER: dns.address, SESAME_DELIVERY_PORT: String(sink.port), NODE_EXTRA_CA_CERTS: extra }, dataDir);
}

/** Sessions of that day, as the doors would have written them; then the server starts again and finds the day over. */
async function restartedWith(domains: readonly string[]): Promise<void> {
  assert.equal(await server.stop(), 0);
  const db = new DatabaseSync(join(server.dataDir, 'sesame.db'));
  const add = db.prepare(
    `INSERT INTO tls_results (domain, day, key, policy_type, policy_domain, policy, mx_hosts, result, count)
      VALUES (?, ?, 'k', 'no-policy-found', ?, '[]', '[]', '', 4)`,
  );
  for (const domain of domains) add.run(domain, day, domain);
  db.close();
  server = await start(server.dataDir);
  us = { ...us, call: server.as(us.key) };
  owner = { ...owner, call: server.as(owner.key) };
  stranger = { ...stranger, call: server.as(stranger.key) };
}

const wire = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'));
async function give(raw: Buffer, to: string): Promise<string> {
  const session = await smtp(server.ready.mx, { tls: 'starttls' });
  const reply = await session.send('', to, raw);
  session.close();
  return reply.text;
}
const signed = (raw: Buffer, selector = 'k1'): Buffer =>
  Buffer.concat([Buffer.from(dkimSign(raw, [{ ...key, selector }], Date.now()), 'latin1'), raw]);
const tlsRows = async (who: Tenant, query = ''): Promise<Json[]> => (await must(who.call('GET', `/v1/tls-reports${query}`))).data;

/** A report of reporter.test about inbox.test. */
const theirs = (id: string, domain = 'inbox.test', packed?: Buffer): Buffer =>
  tlsReportMail({
    from: 'tls@reporter.test',
    to: 'tls-reports@mx.sesame.test',
    submitter: 'reporter.test',
    domain,
    reportId: id,
    messageId: `<${id}@reporter.test>`,
    at: Date.now(),
    begin: (day * DAY) / 1_000,
    end: (day * DAY) / 1_000 + 86_399,
    packed:
      packed ??
      packReport(
        writeTlsReport({
          organization: 'Reporter',
          contact: 'x@reporter.test',
          id,
          ...reportDay(day * DAY),
          policies: [
            {
              type: 'sts',
              domain,
              strings: ['version: STSv1', 'mode: enforce'],
              mxHosts: ['mx.sesame.test'],
              successful: 10,
              failed: 2,
              failures: [
                {
                  type: 'certificate-expired',
                  sendingIp: '192.0.2.9',
                  mxHost: 'mx.sesame.test',
                  mxHelo: null,
                  receivingIp: '198.51.100.1',
                  reasonCode: null,
                  info: 'ask bob@reporter.test',
                  count: 2,
                },
              ],
            },
          ],
        }),
      ),
  });

test('the report of a day that is over leaves once, by signed mail and by HTTPS', async () => {
  await restartedWith(['them.test', 'inbox.test', 'unasked.test']);
  const mail = await until('the report by mail', () => sink.caught.find(one => one.to.includes('in@them.test')));
  assert.equal(mail.from, '', 'null sender');
  assert.match(header(mail.raw, 'dkim-signature') ?? '', /d=sesame\.test;/);
  assert.equal(header(mail.raw, 'tls-report-domain'), 'them.test');
  assert.equal(header(mail.raw, 'tls-report-submitter'), 'sesame.test');
  const report = readTlsMail(walk(mail.raw));
  assert.deepEqual([report?.id, report?.policies[0]?.successful], [`${isoDay}.them.test@mx.sesame.test`, 4]);
  const posted = await until('the report by HTTPS', () => receiver.received[0]);
  assert.deepEqual(readTlsReport(gunzipSync(posted.bytes)), report);
  const rows = await until('settled', async () => {
    const { data } = await must(server.call('GET', `/v1/tls-reports?direction=out&day=${isoDay}`));
    return (data as Json[]).every(one => one.state !== 'waiting' && one.state !== 'counting') && (data as Json[]);
  });
  assert.deepEqual(
    rows.map(one => [one.domain, one.state, one.successful, one.failed]),
    [
      ['inbox.test', 'sent', 4, 0],
      ['them.test', 'sent', 4, 0],
      ['unasked.test', 'unwanted', 4, 0],
    ],
  );
  // The next round, after a restart, sends what is new and nothing else.
  await restartedWith(['late.test']);
  await until('the next round', () => sink.caught.find(one => one.to.includes('late@them.test')));
  assert.equal(sink.caught.filter(one => one.to.includes('in@them.test')).length, 1);
  assert.equal(receiver.received.length, 1);
  const mine = await must(owner.call('GET', '/v1/tls-reports?direction=out'));
  assert.deepEqual(
    (mine.data as Json[]).map(one => one.domain),
    ['inbox.test'],
    'an account sees its own domains',
  );
});

test('our own report, sent back to us, is read, signed and shown to the account of the domain alone', async () => {
  const mail = await until('the report about inbox.test', () => sink.caught.find(one => one.to.includes('inbox@them.test')));
  assert.match(await give(mail.raw, 'tls-reports@mx.sesame.test'), /^250/);
  const [row, ...more] = await tlsRows(owner);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [row.direction, row.domain, row.day, row.signed, row.reporter, row.organization, row.reportId, row.successful, row.failed],
    ['in', 'inbox.test', isoDay, true, 'sesame.test', 'mx.sesame.test', `${isoDay}.inbox.test@mx.sesame.test`, 4, 0],
  );
  assert.deepEqual(row.policy, { type: 'no-policy-found', domain: 'inbox.test', strings: [], mxHosts: [] });
  assert.deepEqual(await tlsRows(stranger), []);
});

test('a report counts once; unsigned or for reports alone signed ones are told apart', async () => {
  const raw = theirs('r1');
  for (let n = 0; n < 2; n++) assert.match(await give(signed(raw), 'TLS-Reports@mx.sesame.test'), /^250/);
  assert.match(await give(raw, 'tls-reports@mx.sesame.test'), /^250/);
  assert.match(await give(signed(theirs('r2'), 'only'), 'tls-reports@mx.sesame.test'), /^250/);
  const forged = wire(theirs('r3').toString('latin1').replace('TLS-Report-Submitter: reporter.test', 'TLS-Report-Submitter: bank.test'));
  assert.match(await give(signed(forged), 'tls-reports@mx.sesame.test'), /^250/);
  const rows = (await tlsRows(owner, '?domain=inbox.test')).filter(one => one.reporter !== 'sesame.test');
  assert.deepEqual(
    rows.map(one => [one.reportId, one.reporter, one.signed]),
    [
      ['r3', 'bank.test', false],
      ['r2', 'reporter.test', true],
      ['r1', 'reporter.test', false],
      ['r1', 'reporter.test', true],
    ],
  );
  assert.deepEqual(rows[3].failures, [
    {
      type: 'certificate-expired',
      count: 2,
      sendingIp: '192.0.2.9',
      mxHost: 'mx.sesame.test',
      receivingIp: '198.51.100.1',
      info: 'ask (an address)',
    },
  ]);
  assert.equal((await tlsRows(owner, '?day=2020-01-01')).length, 0);
});

test('bombs, malware, reports of other domains and mails without a report leave nothing', async () => {
  const count = (await must(server.call('GET', '/v1/tls-reports?limit=100'))).data.length;
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
  const answers = [
    await give(signed(theirs('b1', 'inbox.test', bomb)), 'tls-reports@mx.sesame.test'),
    await give(signed(theirs('b2', 'not-ours.test')), 'tls-reports@mx.sesame.test'),
    await give(wire('From: x@reporter.test\nSubject: hello\n\nNo report.\n'), 'tls-reports@mx.sesame.test'),
  ];
  for (const answer of answers) assert.match(answer, /^(?:250|554)/);
  assert.match(
    await give(wire(`From: x@reporter.test\nSubject: a\n\n${EICAR}\n`), 'tls-reports@mx.sesame.test'),
    /^554 5\.7\.0 virus_found/,
  );
  assert.match(await give(theirs('r9'), 'tls-reports@inbox.test'), /^550 5\.1\.1/, 'at our host name only');
  assert.equal((await must(server.call('GET', '/v1/tls-reports?limit=100'))).data.length, count);
});

test('DMARC reports are kept as sums by source and result', async () => {
  const record = (ip: string, spf: string, count: number): string =>
    `<record><row><source_ip>${ip}</source_ip><count>${count}</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim>` +
    `<spf>${spf}</spf></policy_evaluated></row><identifiers><header_from>inbox.test</header_from></identifiers></record>`;
  const xml =
    '<?xml version="1.0"?><feedback><report_metadata><org_name>Reporter</org_name><email>r@reporter.test</email><report_id>d1</report_id>' +
    `<date_range><begin>${(day * DAY) / 1_000}</begin><end>${(day * DAY) / 1_000 + 86_399}</end></date_range></report_metadata>` +
    '<policy_published><domain>inbox.test</domain><p>reject</p></policy_published>' +
    `${record('192.0.2.1', 'pass', 5)}${record('192.0.2.1', 'pass', 2)}${record('2001:db8::9', 'fail', 1)}</feedback>`;
  const mail = wire(
    'From: dmarc@reporter.test\nTo: dmarc-reports@mx.sesame.test\nSubject: Report Domain: inbox.test\nMIME-Version: 1.0\n' +
      'Content-Type: application/gzip; name="reporter.test!inbox.test!1!2.xml.gz"\nContent-Transfer-Encoding: base64\n' +
      `Content-Disposition: attachment; filename="reporter.test!inbox.test!1!2.xml.gz"\n\n${gzipSync(xml)
        .toString('base64')
        .replace(/.{1,76}/g, '$&\n')}`,
  );
  for (const one of [signed(mail), signed(mail), mail]) assert.match(await give(one, 'dmarc-reports@mx.sesame.test'), /^250/);
  const { data } = await must(owner.call('GET', `/v1/dmarc-reports?domain=inbox.test&day=${isoDay}`));
  assert.deepEqual(
    (data as Json[]).map(one => [one.signed, one.sourceIp, one.dkim, one.spf, one.count, one.policy, one.reporter]),
    [
      [false, '2001:db8::9', 'pass', 'fail', 1, 'reject', 'reporter.test'],
      [false, '192.0.2.1', 'pass', 'pass', 7, 'reject', 'reporter.test'],
      [true, '2001:db8::9', 'pass', 'fail', 1, 'reject', 'reporter.test'],
      [true, '192.0.2.1', 'pass', 'pass', 7, 'reject', 'reporter.test'],
    ],
  );
  assert.deepEqual((await must(stranger.call('GET', '/v1/dmarc-reports'))).data, []);
});

test('pages and faults of the lists', async () => {
  const first = await must(server.call('GET', '/v1/tls-reports?limit=2'));
  assert.equal(first.data.length, 2);
  const second = await must(server.call('GET', `/v1/tls-reports?limit=2&after=${first.next}`));
  assert.notEqual(second.data[0].reportId + second.data[0].signed, first.data[1].reportId + first.data[1].signed);
  const out = await must(server.call('GET', '/v1/tls-reports?direction=out&limit=2'));
  const rest = await must(server.call('GET', `/v1/tls-reports?direction=out&limit=2&after=${out.next}`));
  assert.deepEqual(
    [...out.data, ...rest.data].map((one: Json) => one.domain),
    ['inbox.test', 'late.test', 'them.test', 'unasked.test'],
  );
  for (const [query, field] of [
    ['day=yesterday', 'day'],
    ['day=2026-13-01', 'day'],
    ['domain=a%20b', 'domain'],
    ['after=cur_eHg', 'after'],
  ] as const) {
    for (const path of [`/v1/tls-reports?${query}`, `/v1/dmarc-reports?${query}`]) {
      const { status, body } = await server.call('GET', path);
      assert.ok(status === 400 || status === 422, path);
      assert.equal(body.error.field, field, path);
    }
  }
  assert.equal((await server.call('GET', '/v1/tls-reports?direction=up')).status >= 400, true);
});

test('a route of the domain does not take the reports away, one for the very address does; a flood is told to come later', async () => {
  const rows = (await must(server.call('GET', '/v1/tls-reports?limit=100'))).data.length;
  await must(us.call('POST', '/v1/inbound/routes', { match: 'mx.sesame.test', action: 'drop' }));
  assert.match(await give(signed(theirs('route1')), 'tls-reports@mx.sesame.test'), /^250/);
  assert.equal((await must(server.call('GET', '/v1/tls-reports?limit=100'))).data.length, rows + 1);
  await must(us.call('POST', '/v1/inbound/routes', { match: 'tls-reports@mx.sesame.test', action: 'drop' }));
  assert.match(await give(signed(theirs('route2')), 'tls-reports@mx.sesame.test'), /^250/);
  assert.equal((await must(server.call('GET', '/v1/tls-reports?limit=100'))).data.length, rows + 1);
  const session = await smtp(server.ready.mx);
  await session.command('MAIL FROM:<>');
  const codes: number[] = [];
  for (let n = 0; n < 70; n++) codes.push((await session.command('RCPT TO:<dmarc-reports@mx.sesame.test>')).code);
  session.close();
  assert.deepEqual([codes[0], codes.at(-1)], [250, 450]);
});
