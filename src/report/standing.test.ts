// What a refusal counts: certain malware by file, spam by campaign and recipients as keyed hashes; the simulator and our own faults for nothing.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Inspected, Refusal } from '../mail.ts';
import { toldOfRefusal } from './standing.ts';

const secrets = {
  mac: (use: string, ...parts: readonly (string | Uint8Array)[]) => createHmac('sha256', use).update(parts.join('\n')).digest(),
};
const refused = (reason: Refusal['reason']): Refusal => ({ refused: true, reason, code: 554, enhanced: '5.7.0', text: '' });

function mail(to: readonly string[], over: object = {}): Inspected {
  const parts = [
    { path: '1', sha256: 'aa' },
    { path: '2', sha256: 'bb' },
  ];
  return {
    party: { kind: 'account', accountId: 'acc_1' },
    envelope: { recipients: to.map(address => ({ address })) },
    virus: {
      parts,
      found: [
        { class: 'infected', name: 'Win.Test', path: '1', fileName: 'invoice.exe' },
        { class: 'heuristic', name: 'macro', path: '2', fileName: null },
      ],
    },
    spam: { reasons: [{ id: 'words' }, { id: 'prize_link' }] },
    sketch: [1, 2, 3],
    ...over,
  } as unknown as Inspected;
}

test('malware counts by its file and names neither file nor recipient', () => {
  const told = toldOfRefusal(secrets, mail(['ana@x.test']), refused('virus_found'));
  assert.deepEqual(
    told.map(one => ({ ...one, file: '' })),
    [{ kind: 'malware', class: 'infected', name: 'Win.Test', file: '', emailId: null }],
  );
  assert.ok(!JSON.stringify(told).includes('invoice'));
  assert.deepEqual(toldOfRefusal(secrets, mail(['other@x.test']), refused('virus_found')), told, 'the same file is the same');
});

test('a file in archives is counted by itself, not with what is around it', () => {
  const found = ['1', '1.2', '1.2/1', '1.3'].map(path => ({ class: 'infected', name: 'Win.Test', path, fileName: null }));
  const parts = found.map(({ path }) => ({ path, sha256: path }));
  const told = toldOfRefusal(secrets, mail(['ana@x.test'], { virus: { parts, found } }), refused('virus_found'));
  assert.equal(told.length, 2);
});

test('spam counts its campaign and its recipients, hashed; the test pattern is marked', () => {
  const [one] = toldOfRefusal(secrets, mail(['Ana@x.test', 'ana@X.test', 'bob@x.test']), refused('spam_content'));
  assert.ok(one?.kind === 'spam');
  assert.deepEqual([one.pattern, one.sketch, one.findings], [false, [1, 2, 3], ['words', 'prize_link']]);
  assert.equal(new Set(one.recipients).size, 2);
  assert.ok(one.recipients.every(id => /^[\w-]{16}$/.test(id)));
  const [pattern] = toldOfRefusal(secrets, mail(['a@x.test'], { spam: { reasons: [{ id: 'gtube' }] } }), refused('spam_content'));
  assert.ok(pattern?.kind === 'spam' && pattern.pattern);
});

test('mail to the simulator alone, a policy, a fault of ours and a stranger count for nothing', () => {
  assert.deepEqual(toldOfRefusal(secrets, mail(['bounce@simulator.sesame.test']), refused('virus_found')), []);
  for (const reason of ['attachment_refused', 'attachment_unscannable', 'scanner_unavailable', 'filter_unavailable'] as const)
    assert.deepEqual(toldOfRefusal(secrets, mail(['a@x.test']), refused(reason)), [], reason);
  assert.deepEqual(toldOfRefusal(secrets, mail(['a@x.test'], { party: { kind: 'stranger', routes: [] } }), refused('virus_found')), []);
});
