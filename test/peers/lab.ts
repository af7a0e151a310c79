// One server under test with everything around it that TLS needs: a validating resolver, a private authority that it trusts, and mail hosts
// on loopback addresses of their own, each for one domain. Every mail carries words that must never be on the wire in clear.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { smtp } from '../client.ts';
import { discard, must, startServer, tenant, until, type Call, type Json } from '../server.ts';
import { newAuthority, type Authority } from './authority.ts';
import { newOpenSsl, type OpenSsl } from './openssl.ts';
import { noUnbound, startSignedZone, type SignedZone } from './signed-zone.ts';
import { startPeer, type Peer, type StartTls } from './smtp-peer.ts';

export type Lab = {
  /** The API as the sender, and as the operator. */
  readonly call: Call;
  readonly operator: Call;
  readonly accountId: string;
  readonly dns: SignedZone;
  readonly authority: Authority;
  readonly openssl: OpenSsl;
  /** SESAME_DELIVERY_PORT. */
  readonly port: number;
  /** An address of this lab's network that nobody listens on yet. */
  readonly address: () => string;
  /** The mail host `mx.DOMAIN`, published in DNS as the only one of its domain. `inside`: extensions offered inside TLS. */
  readonly peer: (domain: string, starttls: StartTls | null | (() => StartTls | null), inside?: readonly string[]) => Promise<Peer>;
  /** By HTTP; the id. */
  readonly post: (domain: string, more?: Json) => Promise<string>;
  /** By SMTP with parameters of MAIL and further header lines; the id. */
  readonly submit: (domain: string, parameters: string, headers?: string) => Promise<string>;
  /** The first attempt, as soon as there is one, with the recipient's state at that time. */
  readonly first: (id: string) => Promise<Json>;
  /** The recipient, once it is in one of these states. */
  readonly reaches: (id: string, states: readonly string[], ms?: number) => Promise<Json>;
  /** Stops the server and starts it on the same data, with more settings. */
  readonly restart: (more?: Readonly<Record<string, string>>) => Promise<void>;
  /** The same; for what waits and for the trouble of hosts so much time has gone by meanwhile. */
  readonly later: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

const WORDS = 'cloudberry-7f3c';

/** Why there can be no lab here; false when there can. */
export const noLab = noUnbound;

/** `net`: three octets of 127/8, of which every file of tests has its own. `signed`: zones with DNSSEC. */
export async function startLab(net: string, signed: readonly string[] = []): Promise<Lab> {
  const dns = await startSignedZone(signed);
  const authority = newAuthority();
  const openssl = newOpenSsl();
  const peers: Peer[] = [];
  let last = 0;
  const address = (): string => `${net}.${++last}`;
  const holder = await startPeer({ host: address(), port: 0, starttls: () => null });
  const { port } = holder;
  peers.push(holder);
  const settings = {
    SESAME_RESOLVER: dns.address,
    SESAME_DELIVERY_PORT: String(port),
    // A mail at a time needs no second one, and one starts sooner.
    SESAME_DOORS: '1',
    NODE_EXTRA_CA_CERTS: authority.rootFile,
  };
  let server = await startServer(settings);
  const sender = await tenant(server, 'sender.test');
  const call: Call = (...asked) => server.as(sender.key)(...asked);
  const recipient = async (id: string): Promise<Json> => (await must(call('GET', `/v1/emails/${id}`))).recipients[0];
  return {
    call,
    operator: (...asked) => server.call(...asked),
    accountId: sender.accountId,
    dns,
    authority,
    openssl,
    port,
    address,
    peer: async (domain, starttls, inside = []) => {
      const host = address();
      const peer = await startPeer({ host, port, starttls: typeof starttls === 'function' ? starttls : () => starttls, inside });
      peers.push(peer);
      dns.zone[`${domain} MX`] = [`10 mx.${domain}`];
      dns.zone[`mx.${domain} A`] = [host];
      return peer;
    },
    post: async (domain, more = {}) =>
      (await must(call('POST', '/v1/emails', { from: 'a@sender.test', to: `b@${domain}`, subject: WORDS, text: WORDS, ...more }))).id,
    submit: async (domain, parameters, headers = '') => {
      const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
      const mail = `From: a@sender.test\nTo: b@${domain}\nSubject: ${WORDS}\n${headers}\n${WORDS}\n`;
      const reply = await session.send('a@sender.test', `b@${domain}`, mail, parameters);
      session.close();
      assert.equal(reply.code, 250, reply.text);
      return /queued as (\S+)/.exec(reply.text)?.[1] ?? '';
    },
    first: async id =>
      until(`an attempt of ${id}`, async () => {
        const one = await recipient(id);
        return one.attempts.length > 0 && { ...one.attempts[0], state: one.state };
      }),
    reaches: (id, states, ms) =>
      until(
        `${id} is ${states.join(' or ')}`,
        async () => {
          const one = await recipient(id);
          return states.includes(one.state) && one;
        },
        ms,
      ),
    restart: async (more = {}) => {
      await server.stop();
      server = await startServer({ ...settings, ...more }, server.dataDir);
    },
    later: async ms => {
      await server.stop();
      const db = new DatabaseSync(join(server.dataDir, 'sesame.db'));
      for (const [table, column] of [
        ['recipients', 'due_at'],
        ['turns', 'due_at'],
        ['peers', 'trouble_at'],
      ])
        db.prepare(`UPDATE ${table} SET ${column} = ${column} - ?`).run(ms);
      db.close();
      server = await startServer(settings, server.dataDir);
    },
    close: async () => {
      await server.stop();
      discard(server);
      await Promise.all(peers.map(peer => peer.close()));
      openssl.close();
      authority.close();
      await dns.close();
    },
  };
}

/** Nothing of envelope or content was on the wire where it could be read, through all connections so far. */
export function heardNothing(peer: Pick<Peer, 'wire' | 'taken'>): void {
  const wire = peer.wire();
  for (const word of ['MAIL FROM', 'RCPT TO', 'sender.test', WORDS]) assert.equal(wire.includes(word), false, `${word} was in clear`);
  assert.equal(peer.taken.filter(one => !one.secured).length, 0);
}

/** The mail came, and inside TLS: its words are in what the peer understood and not on the wire. */
export function cameSecured(peer: Peer): void {
  heardNothing(peer);
  assert.equal(peer.taken.length, 1);
  assert.ok(peer.taken[0]?.raw.includes(WORDS));
}

/** The mail came in clear. */
export function cameInClear(peer: Peer): void {
  assert.ok(peer.wire().includes(WORDS));
  assert.deepEqual(
    peer.taken.map(one => one.secured),
    [false],
  );
}
