// Scores by mail: tokens, what is kept of a report, the words of the answer, and what the way of a mail shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walk } from '../message/walk.ts';
import { resultUrl, scoreAddress, scoreToken, tokenMac } from './address.ts';
import { keptOf, shortReport } from './kept.ts';
import { letterOf, placeText } from './letter.ts';
import { identityFacts } from './path.ts';
import { score } from './score.ts';

const TOKEN = '0123456789abcdefghjkmnpqrs';
const raw = 'From: a@shop.test\r\nSubject: SHOUTING ABOUT CANARIES\r\n\r\nSee https://bit.ly/canary and http://203.0.113.9/canary\r\n';
const spam = { verdict: 'FAIL', score: 0.97, refusable: true, reasons: [{ id: 'words', weight: 2, title: 'canary' }] } as const;
const scored = score(walk(Buffer.from(raw)), { spam, identity: { domain: 'shop.test', spf: 'missing' } });

test('an address names its token, and nothing else does', () => {
  assert.equal(scoreAddress(TOKEN, 'mx.test'), `score-${TOKEN}@mx.test`);
  assert.equal(scoreToken(`score-${TOKEN}`), TOKEN);
  for (const other of ['', 'score-', `score-${TOKEN}x`, `x-score-${TOKEN}`, `score-${TOKEN.slice(1)}i`, `score+${TOKEN}`])
    assert.equal(scoreToken(other), null, other);
  assert.equal(resultUrl(null, TOKEN), `/v1/score/results/${TOKEN}`);
  assert.equal(
    tokenMac((label, ...parts) => Buffer.from([label, ...parts].join('/')), 'a'),
    Buffer.from('score-token/a').toString('hex'),
  );
});

test('what is kept has ids and places, and no word of the mail', () => {
  const kept = keptOf(scored);
  assert.ok(kept.found.length > 4);
  assert.doesNotMatch(JSON.stringify(kept), /canar|bit\.ly|203\.0|SHOUTING/i);
  for (const language of ['en', 'id', 'zh'] as const) {
    const report = shortReport(kept, language);
    assert.doesNotMatch(JSON.stringify(report), /canar|bit\.ly|203\.0|SHOUTING|\{\}/i);
    assert.deepEqual([report.content.spam?.verdict, report.identity.spf], ['FAIL', 'missing']);
    const { subject, text } = letterOf(report, 'https://mail.test/r', language);
    assert.doesNotMatch(subject + text, /canar|bit\.ly|203\.0|\{\}|undefined/i);
    for (const { id, fix, title } of report.findings) assert.ok(text.includes(id) && text.includes(fix) && text.includes(title), id);
    assert.ok(text.includes('https://mail.test/r') && text.includes(report.note));
  }
});

test('the letter, its places, and one without a finding', () => {
  const report = shortReport({ found: [{ id: 'url-shortener', where: { part: '1.2', line: 7 } }], spam: null, identity: null }, 'en');
  assert.deepEqual(letterOf(report, 'https://u.test', 'en').subject, 'Quality score: 9.0 of 10, excellent');
  assert.match(letterOf(report, 'https://u.test', 'en').text, /-1\.0 {2}A link hides behind a shortener \(part 1\.2, line 7\)\n/);
  assert.equal(placeText({ part: '1', line: 3 }, 'zh'), '第 1 部分第 3 行');
  assert.equal(placeText({ field: 'subject' }, 'id'), 'kolom subject');
  assert.equal(placeText({ part: '2', line: null }, 'en'), 'part 2');
  assert.equal(placeText(null, 'en'), '');
  const clean = letterOf(shortReport({ found: [], spam: null, identity: null }, 'zh'), 'https://u.test', 'zh');
  assert.equal(clean.subject, '质量评分: 10.0 分（满分 10），优秀');
  assert.match(clean.text, /未发现需要修改之处/);
});

test('what the way of a mail shows of its sender', () => {
  const auth = (spf: string, dkim: string, dmarc: string, by = 'a.test'): Parameters<typeof identityFacts>[1] => {
    const word = (result: string) => ({ verdict: 'GRAY', result, domain: null }) as const;
    return { spf: { ...word(spf), domain: by }, dkim: word(dkim), dmarc: word(dmarc), arc: word('none'), header: '' };
  };
  assert.deepEqual(identityFacts('a.test', auth('pass', 'pass', 'pass')), {
    domain: 'a.test',
    spf: 'ok',
    dkim: 'ok',
    dmarc: 'ok',
    signature: 'pass',
    path: { spf: 'pass', dmarc: 'pass' },
  });
  const { spf, dkim, dmarc, signature } = identityFacts('a.test', auth('permerror', 'permerror', 'none'));
  assert.deepEqual([spf, dkim, dmarc, signature], ['broken', 'ok', 'missing', 'permerror']);
  const late = identityFacts('a.test', auth('temperror', 'temperror', 'temperror'));
  assert.deepEqual([late.spf, late.dkim, late.dmarc, late.signature], ['unknown', 'unknown', 'unknown', undefined]);
  const spfOf = (by: string): unknown => identityFacts('a.test', auth('none', 'pass', 'pass', by)).spf;
  assert.deepEqual(['a.test', 'bounce.a.test', 'relay.test', 'xa.test'].map(spfOf), ['missing', 'missing', 'unknown', 'unknown']);
  assert.deepEqual(identityFacts('a.test', auth('none', 'none', 'fail')).path, { spf: 'none', dmarc: 'fail' });
});
