// The mail about a change: its state, reason, figures and next step in each language, the same in all, and nothing that is not of the change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { happened, newAccount, type Account, type Change } from './account.ts';
import { DAY_MS, NOTICE_MS } from './bounds.ts';
import type { Happening } from './events.ts';
import { appealNotice, standingNotice } from './notice.ts';
import { RULES } from './rules.ts';

const START = 20_600 * DAY_MS;
const who = { id: 'acc_1', name: 'Shop' };

function lastChange(...all: readonly Happening[]): Change {
  let account: Account = newAccount({ malware: { count: 1, windowSeconds: 86_400 } }, START);
  const changes: Change[] = [];
  for (const one of all) {
    const step = happened(RULES, account, { ...one, at: START });
    account = step.account;
    changes.push(...step.changes);
  }
  const last = changes.at(-1);
  assert.ok(last);
  return last;
}
const sections = (text: string): readonly string[] => text.split('\n---\n');

test('a limit says the rule, the figures, when it becomes a suspension, and how to appeal, in three languages', () => {
  const bounced: Happening = { kind: 'bounced', recipients: 90, class: 'hard', reason: 'userunknown', reply: '550 no', emailId: 'msg_1' };
  const { subject, text } = standingNotice(who, lastChange({ kind: 'delivered', recipients: 210 }, bounced));
  assert.equal(subject, 'Account Shop is limited');
  const all = sections(text);
  assert.equal(all.length, 3);
  for (const one of all)
    for (const words of ['acc_1', 'hard_bounces 30 % (', new Date(START + NOTICE_MS).toISOString(), '/standing', '/appeal'])
      assert.ok(one.includes(words), words);
  assert.match(all[0] ?? '', /Recipients that do not exist/);
  assert.match(all[1] ?? '', /dibatasi[\s\S]*ditangguhkan/);
  assert.match(all[2] ?? '', /已限制[\s\S]*已暂停发送/);
});

test('the operator’s words stand as they are; back to active asks for nothing', () => {
  const suspended = standingNotice(who, lastChange({ kind: 'suspend', words: 'phishing of a bank' }));
  assert.ok(sections(suspended.text).every(one => one.includes('phishing of a bank')));
  assert.match(suspended.text, /Email yang menunggu tetap tersegel/);
  const back = standingNotice(who, lastChange({ kind: 'suspend', words: 'x' }, { kind: 'reinstate', words: 'they stopped it' }));
  assert.equal(back.subject, 'Account Shop is active');
  assert.ok(!back.text.includes('/appeal'));
});

test('an appeal brings the account’s words to the operator', () => {
  const { subject, text } = appealNotice({ ...who, state: 'suspended' }, 'It was a test.');
  assert.match(subject, /Shop/);
  assert.match(text, /suspended[\s\S]*ditangguhkan[\s\S]*已暂停发送[\s\S]*It was a test\.[\s\S]*acc_1\/reinstate/);
});
