// What the console's tests look at: a real server with its built console, an account with mail in every state, and a peer whose replies are hostile.
import { buildConsole } from '../../console/build.ts';
import { smtp } from '../client.ts';
import { must, startServer, tenant, until, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';

/** What a peer, a key's owner or a form may say: markup, quotes, marks that turn the direction of text, a formula, no end. */
export const HOSTILE = `<img src=x onerror=alert(1)> "'\`</script> \u202egnp.exe\u202c =1+1 ${'x'.repeat(300)}`;

export type World = {
  readonly server: Server;
  readonly toko: Tenant;
  readonly sink: Sink;
  readonly base: string;
  readonly end: () => Promise<void>;
};

export async function startWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const lines: string[] = [];
  const built = await buildConsole(line => lines.push(line));
  if (built === 'last' || built === 'none') throw new Error(lines.join('\n'));
  const sink = await startSink({ onRcpt: address => (address.startsWith('hostile') ? `550 5.1.1 ${HOSTILE}` : undefined) });
  const server = await startServer({ SESAME_SMARTHOST: sink.address, ...env });
  const toko = await tenant(server, 'mail.contoh.test');
  return {
    server,
    toko,
    sink,
    base: server.ready.http,
    end: async () => {
      await server.stop();
      await sink.close();
    },
  };
}

/** Sends, and waits until every recipient has the state. */
export async function sendMail({ toko }: World, to: readonly string[], states: readonly string[], more: object = {}): Promise<string> {
  const sent = await toko.call('POST', '/v1/emails', {
    from: `Toko <toko@${toko.domain}>`,
    to,
    subject: 'Receipt',
    text: 'Thank you for your order.',
    ...more,
  });
  if (sent.status !== 202) throw new Error(JSON.stringify(sent.body));
  await until(`${to.join()} ${states.join()}`, async () => {
    const { body } = await toko.call('GET', `/v1/emails/${sent.body.id}`);
    return body.recipients.every((one: { state: string }) => states.includes(one.state));
  });
  return sent.body.id;
}

/** Mail from outside for a webhook that does not answer; its id. */
export async function receiveMail({ toko, server }: World): Promise<string> {
  await must(toko.call('POST', '/v1/inbound/routes', { match: `in@${toko.domain}`, action: { webhook: 'http://127.0.0.1:9/' } }));
  const session = await smtp(server.ready.mx, { helo: 'mail.stranger.test' });
  const reply = await session.send(
    'ann@stranger.test',
    `in@${toko.domain}`,
    'From: ann@stranger.test\nTo: in@x.test\nSubject: hello\n\nHello there.\n',
  );
  session.close();
  if (reply.code !== 250) throw new Error(reply.text);
  return until('received', async () => (await toko.call('GET', '/v1/emails?direction=in')).body.data[0]?.id as string | undefined);
}
