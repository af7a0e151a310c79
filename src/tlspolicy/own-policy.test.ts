// The policy that we serve, as our own reader of others' policies takes it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStsPolicy, readStsRecord } from './mta-sts.ts';
import { ownPolicy } from './own-policy.ts';

test('each mode is read back as it was meant, with a lifetime that fits it', () => {
  const read = (['none', 'testing', 'enforce'] as const).map(mode => readStsPolicy(ownPolicy(mode, 'mx.example.test').text));
  assert.deepEqual(read, [
    { mode: 'none', mx: ['mx.example.test'], maxAge: 86_400 },
    { mode: 'testing', mx: ['mx.example.test'], maxAge: 86_400 },
    { mode: 'enforce', mx: ['mx.example.test'], maxAge: 1_209_600 },
  ]);
});

test('the id is one that a record may have, the same for the same policy and another for any other', () => {
  const ids = [ownPolicy('testing', 'a.test'), ownPolicy('enforce', 'a.test'), ownPolicy('testing', 'b.test')].map(one => one.id);
  assert.equal(new Set(ids).size, 3);
  assert.equal(ownPolicy('testing', 'a.test').id, ids[0]);
  for (const id of ids) assert.equal(readStsRecord([`v=STSv1; id=${id};`]), id);
});
