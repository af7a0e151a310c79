// Waiting mail and newer signatures: scanned again only when there is something new to know, malware goes nowhere, a failed scan waits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, VirusFinding } from '../mail.ts';
import { rescan, type RescanDeps } from './rescan.ts';

const NOW = 1_000_000;
const finding = (verdict: VirusFinding['verdict'], found: VirusFinding['found'] = []): VirusFinding => ({
  verdict,
  coverage: 'signatures',
  engines: [],
  signatures: '2',
  signaturesAt: null,
  scannedAt: null,
  parts: [],
  partsTotal: 0,
  found,
  tookMs: 0,
});
const job = (ageMs: number): Job => ({ emailId: 'msg_1', acceptedAt: NOW - ageMs, recipients: [{ n: 0 }, { n: 1 }] }) as unknown as Job;

function deps(
  said: VirusFinding,
  outdated = true,
): RescanDeps & { readonly recordedAs: VirusFinding[]; readonly told: VirusFinding[]; readonly wiped: Buffer } {
  const recordedAs: VirusFinding[] = [];
  const told: VirusFinding[] = [];
  const wiped = Buffer.from('content');
  const silent = (): void => undefined;
  return {
    clock: { now: () => NOW, monotonic: () => NOW },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    recorded: async () => finding('PASS'),
    outdated: async () => outdated,
    content: async () => wiped,
    scan: async () => said,
    record: async (_id, found) => void recordedAs.push(found),
    malware: async (_job, found) => void told.push(found),
    recordedAs,
    told,
    wiped,
  };
}
const gate = (one: Job): { go: Job; ended: [] } => ({ go: one, ended: [] });

test('young mail, and mail that the same signatures have seen, is not scanned again', async () => {
  const never = deps(finding('FAIL', [{ class: 'infected', name: 'X', path: '1', fileName: null }]));
  assert.equal((await rescan(never, gate(job(1_000)))).ended.length, 0);
  const same = deps(finding('FAIL', [{ class: 'infected', name: 'X', path: '1', fileName: null }]), false);
  assert.ok((await rescan(same, gate(job(60_000)))).go);
  assert.equal(same.recordedAs.length, 0);
});

test('malware that is known now goes nowhere, and the content is wiped', async () => {
  const one = deps(finding('FAIL', [{ class: 'infected', name: 'Win.New', path: '1.2', fileName: null }]));
  const { go, ended } = await rescan(one, gate(job(60_000)));
  assert.equal(go, null);
  assert.deepEqual(
    ended.map(({ n, result, enhanced, class: kind }) => ({ n, result, enhanced, kind })),
    [
      { n: 0, result: 'bounced', enhanced: '5.7.0', kind: 'virus' },
      { n: 1, result: 'bounced', enhanced: '5.7.0', kind: 'virus' },
    ],
  );
  assert.match(ended[0]?.reply ?? '', /^virus_found: Win\.New/);
  assert.equal(one.told.length, 1, 'it counts against the account');
  assert.equal(one.recordedAs.length, 1);
  assert.ok(one.wiped.equals(Buffer.alloc(one.wiped.length)));
});

test('clean again goes on with a newer record; a scan that does not finish waits', async () => {
  const clean = deps(finding('PASS'));
  assert.ok((await rescan(clean, gate(job(60_000)))).go);
  assert.equal(clean.recordedAs.length, 1);
  const failed = deps(finding('PROCESSING_FAILED'));
  const { go, ended } = await rescan(failed, gate(job(60_000)));
  assert.equal(go, null);
  assert.deepEqual(
    ended.map(one => one.result),
    ['deferred', 'deferred'],
  );
  assert.equal(failed.recordedAs.length, 0, 'the record of the last whole scan stays');
});
