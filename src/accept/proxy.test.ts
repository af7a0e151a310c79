// PROXY v2 headers: who they name, byte by byte, and what is none or broken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProxyHeader } from './proxy.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const header = (hex: string): Buffer => Buffer.from(SIGNATURE + hex.replace(/ /g, ''), 'hex');
const IPV4 = header('21 11 000c c0000207 c6336401 c350 0019');

test('IPv4 and IPv6 peers, with what stands behind the header left alone', () => {
  assert.deepEqual(readProxyHeader(Buffer.concat([IPV4, Buffer.from('EHLO')])), {
    kind: 'peer',
    peer: { ip: '192.0.2.7', port: 50_000 },
    length: 28,
  });
  const six = header(`21 21 0024 20010db8000000000000000000000007 ${'00'.repeat(16)} 0050 0019`);
  assert.deepEqual(readProxyHeader(six), { kind: 'peer', peer: { ip: '2001:db8::7', port: 80 }, length: 52 });
});

test('cut anywhere it wants more, and TLVs behind the addresses belong to it', () => {
  for (let at = 1; at < IPV4.length; at++) assert.equal(readProxyHeader(IPV4.subarray(0, at)).kind, 'more', String(at));
  assert.equal(readProxyHeader(header('21 11 0010 c0000207 c6336401 c350 0019 04000100')).length, 32);
});

test('LOCAL and unknown families speak for the proxy; anything else is none; nonsense is broken', () => {
  assert.deepEqual(readProxyHeader(header('20 00 0000')), { kind: 'none', length: 16 });
  assert.deepEqual(readProxyHeader(header('21 31 0004 00000000')), { kind: 'none', length: 20 });
  assert.deepEqual(readProxyHeader(Buffer.from('EHLO x\r\n')), { kind: 'none', length: 0 });
  assert.equal(readProxyHeader(header('11 11 000c')).kind, 'broken');
  assert.equal(readProxyHeader(header('21 11 ffff')).kind, 'broken');
});
