// Persons and programs, by what they say of themselves and when they come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MACHINE_RULES } from './machine-rules.ts';
import { machineReason, type Visit } from './machine.ts';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1';
const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36';
const OUTLOOK =
  'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; .NET CLR 3.5; Microsoft Outlook 16.0.9126; ms-office; MSOffice 16)';
const THUNDERBIRD = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0';
const QQ =
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/132.0 Mobile Safari/537.36 QQMail/android/6.6.3';
const visit = (over: Partial<Visit> = {}): Visit => ({
  ip: '203.0.113.9',
  userAgent: CHROME,
  purpose: '',
  sinceDelivery: 3_600_000,
  burst: 0,
  probed: false,
  ...over,
});

test('readers that people use are told as people', () => {
  for (const userAgent of [SAFARI, CHROME, OUTLOOK, THUNDERBIRD, QQ]) assert.equal(machineReason(visit({ userAgent })), null, userAgent);
});

test('every rule holds for what was seen of it, and the order of the rules takes none of it away', () => {
  for (const rule of MACHINE_RULES)
    for (const seen of rule.seen) {
      const over = 'agent' in rule ? { userAgent: seen } : 'purpose' in rule ? { purpose: seen } : { ip: seen };
      assert.equal(machineReason(visit(over)), rule.reason, seen);
    }
});

test('programs are told apart, each with its reason', () => {
  const cases: readonly (readonly [Partial<Visit>, ReturnType<typeof machineReason>])[] = [
    [{ userAgent: 'Mozilla/5.0' }, 'apple_privacy'],
    [{ ip: '17.58.1.1' }, 'apple_privacy'],
    [{ ip: '::ffff:17.58.1.1' }, 'apple_privacy'],
    [{ ip: '172.17.1.1' }, null],
    [{ userAgent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' }, 'mail_proxy'],
    [{ ip: '66.249.84.9' }, 'mail_proxy'],
    [{ userAgent: 'YahooMailProxy; https://help.yahoo.com/' }, 'mail_proxy'],
    [{ userAgent: 'Barracuda Sentinel (EE)' }, 'security_scanner'],
    [{ userAgent: '' }, 'automated_client'],
    [{ userAgent: 'curl/8.1' }, 'automated_client'],
    [{ userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0)' }, 'automated_client'],
    [{ userAgent: `${CHROME} HeadlessChrome/146` }, 'automated_client'],
    [{ purpose: 'prefetch;prerender' }, 'prefetch'],
    [{ sinceDelivery: 4_000 }, 'at_delivery'],
    [{ sinceDelivery: null }, 'at_delivery'],
    [{ burst: 1 }, null],
    [{ burst: 3 }, 'many_links'],
    [{ probed: true }, 'automated_client'],
    [{ ip: '::ffff:66.249.84.9' }, 'mail_proxy'],
    [{ ip: '166.249.84.9' }, null],
    [{ ip: '2001:db8::17' }, null],
  ];
  for (const [over, reason] of cases) assert.equal(machineReason(visit(over)), reason, JSON.stringify(over));
});
