// A DNS server for tests: answers from a zone given, over UDP on loopback; everything else is NXDOMAIN.
import { createSocket } from 'node:dgram';
import { decode, encode, type Answer } from 'dns-packet';

/** `name TYPE` to values: strings, or `preference exchange` for MX. */
export type Zone = Record<string, readonly string[]>;

export type StubDns = { readonly address: string; readonly zone: Zone; readonly asked: string[]; readonly close: () => Promise<void> };

export async function startStubDns(zone: Zone): Promise<StubDns> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (bytes, from) => {
    const { id, questions = [] } = decode(bytes);
    const [question] = questions;
    if (!question) return;
    const name = question.name.toLowerCase();
    asked.push(`${name} ${question.type}`);
    const values = zone[`${name} ${question.type}`] ?? [];
    const known = values.length > 0 || Object.keys(zone).some(key => key.startsWith(`${name} `) || key.split(' ')[0]?.endsWith(`.${name}`));
    const answers = values.map(value => recordOf(question.name, question.type, value));
    const NXDOMAIN = 3;
    socket.send(
      encode({ type: 'response', id: id ?? 0, flags: 0x0180 | (known ? 0 : NXDOMAIN), questions: [question], answers }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    zone,
    asked,
    close: () => new Promise(resolve => socket.close(() => resolve())),
  };
}

/** TLSA as in zone files: `usage selector type hex`. */
export function recordOf(name: string, type: string, value: string): Answer {
  if (type === 'MX') {
    const [preference, exchange = ''] = value.split(' ');
    return { name, type: 'MX', ttl: 60, data: { preference: Number(preference), exchange } };
  }
  if (type === 'TLSA') {
    const [usage, selector, matchingType, hex = ''] = value.split(' ');
    const data = {
      usage: Number(usage),
      selector: Number(selector),
      matchingType: Number(matchingType),
      certificate: Buffer.from(hex, 'hex'),
    };
    return { name, type: 'TLSA', ttl: 0, data };
  }
  // A TXT string holds 255 octets: longer values are split.
  if (type === 'TXT') return { name, type: 'TXT', ttl: 60, data: value.match(/.{1,255}/gs) ?? [''] };
  return { name, type, ttl: 60, data: value } as Answer;
}
