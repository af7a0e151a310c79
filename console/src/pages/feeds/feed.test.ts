import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, formOf, NEW, offered, stateOf, type Feed } from './feed.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const feed: Feed = {
  ...NEW,
  id: 'fed_1',
  name: 'bad-senders',
  url: 'https://lists.example/bad.txt',
  entries: 3,
  pulledAt: '2026-11-30T11:30:00Z',
  changedAt: null,
  nextAt: '2026-11-30T12:30:00Z',
  fault: null,
  failures: 0,
};

test('what a feed is: off, due, failed or taken', () => {
  assert.equal(stateOf(feed, NOW), 'taken');
  assert.equal(stateOf({ ...feed, pulledAt: null }, NOW), 'due');
  assert.equal(stateOf({ ...feed, nextAt: '2026-11-30T12:00:00Z' }, NOW), 'due');
  assert.equal(stateOf({ ...feed, fault: 'it answers HTTP 404', nextAt: '2026-11-30T12:00:00Z' }, NOW), 'failed');
  assert.equal(stateOf({ ...feed, enabled: false, nextAt: null, fault: 'x' }, NOW), 'off');
});

test('a new feed has its name in the body, a change has not', () => {
  assert.deepEqual(bodyOf({ ...NEW, name: ' bad ', url: ' https://a.example/ ' }, true), {
    name: 'bad',
    url: 'https://a.example/',
    format: 'plain',
    action: 'block',
    direction: 'sender',
    subdomains: false,
    everySeconds: 3600,
    enabled: true,
  });
  assert.ok(!('name' in bodyOf(formOf(feed), false)));
  assert.deepEqual(Object.keys(bodyOf(formOf(feed), false)), Object.keys(bodyOf(NEW, false)), 'only what the API takes');
});

test('seconds of its own are offered beside the usual ones', () => {
  assert.deepEqual(offered(3_600), [300, 3_600, 21_600, 86_400, 604_800]);
  assert.deepEqual(offered(900), [300, 900, 3_600, 21_600, 86_400, 604_800]);
});
