import assert from 'node:assert/strict';
import { test } from 'node:test';
import { added, formOf, NONE, piecesOf } from './list.ts';

test('what it is, is seen by how it begins', () => {
  assert.equal(formOf('address,name\n'), 'text/csv');
  assert.equal(formOf(' {"address":"a@b.test"}'), 'application/x-ndjson');
  assert.equal(formOf('\n["a@b.test"]'), 'application/json');
});

test('a long import is cut between records, each call begins with the names of the columns', () => {
  const text = '\ufeffaddress,note\n1@x.test,"two\nlines"\n\n2@x.test,"a ""b"""\n3@x.test,\n';
  assert.deepEqual(piecesOf(text, 2), [
    { text: 'address,note\n1@x.test,"two\nlines"\n\n2@x.test,"a ""b"""', shift: 0 },
    { text: 'address,note\n3@x.test,\n', shift: 4 },
  ]);
  assert.deepEqual(piecesOf('1@x.test\n2@x.test', 1), [
    { text: '1@x.test', shift: 0 },
    { text: '2@x.test', shift: 1 },
  ]);
  assert.deepEqual(
    piecesOf('{"address":"a@b.test"}\n"b@b.test"', 1).map(one => one.shift),
    [0, 1],
  );
  assert.equal(piecesOf('["a@b.test","b@b.test"]', 1).length, 1);
  assert.deepEqual(piecesOf('', 1), []);
});

test('sums of calls, and findings with the line of the whole', () => {
  const one = { valid: 1, repeated: 0, invalid: 1, blocked: 0, recipients: 3, findings: [{ field: 'line 2', message: 'is no address' }] };
  const sum = added(added(NONE, one, 0), { ...one, recipients: 5 }, 10);
  assert.equal(sum.valid, 2);
  assert.equal(sum.recipients, 5);
  assert.deepEqual(
    sum.findings.map(finding => finding.field),
    ['line 2', 'line 12'],
  );
});
