// The mailbox simulator: each box as its name says, and names that are none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../mail.ts';
import { deliverSimulated } from './simulator.ts';

const said = async (box: string): Promise<unknown> => {
  const address = `${box}+tag@simulator.sesame.test`;
  const recipients = [{ n: 0, address, target: { kind: 'simulator', box } }];
  const [attempt] = await deliverSimulated({ recipients } as unknown as Job, () => 0);
  return [attempt?.result, attempt?.code, attempt?.reply.endsWith(' (tag)')];
};

test('boxes answer as they are called; any other name is an unknown user, also one that every object has', async () => {
  assert.deepEqual(await said('success'), ['delivered', 250, true]);
  assert.deepEqual(await said('deferred'), ['deferred', 451, true]);
  for (const name of ['nobody', 'constructor', '__proto__', 'valueOf']) assert.deepEqual(await said(name), ['bounced', 550, true], name);
});
