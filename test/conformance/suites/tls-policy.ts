// TLS policy: MTA-STS (RFC 8461) records, policies, names and what follows from them at a host; TLS-RPT (RFC 8460) records and reports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { walk } from '../../../src/message/walk.ts';
import { MAX_REPORT_BYTES } from '../../../src/tlspolicy/bounds.ts';
import { tlsFloor, type Floor } from '../../../src/tlspolicy/decide.ts';
import { readStsPolicy, readStsRecord, type StsMode } from '../../../src/tlspolicy/mta-sts.ts';
import { matchesPattern } from '../../../src/tlspolicy/names.ts';
import { afterHandshake, beforeConnecting, onNoStartTls, type Outcome } from '../../../src/tlspolicy/outcome.ts';
import { readTlsReport } from '../../../src/tlspolicy/tls-report-read.ts';
import { readTlsRptRecord, writeTlsReport } from '../../../src/tlspolicy/tls-rpt.ts';
import type { Case, Suite } from '../suite.ts';

type Named = { readonly id: string };
type Decision = Named & {
  readonly mode: StsMode | null;
  readonly mx_matches: boolean;
  readonly tls: string;
  readonly default_action: string;
  readonly require_tls_option: string;
};
type Vectors = {
  readonly name_match?: readonly (Named & { readonly mx: string; readonly pattern: string; readonly match: boolean })[];
  readonly policy?: readonly (Named & { readonly body: string; readonly expect: unknown })[];
  readonly record?: readonly (Named & { readonly txt: readonly string[]; readonly policy_id: string | null })[];
  readonly tlsrpt?: readonly (Named & { readonly txt: readonly string[]; readonly rua: readonly string[] | null })[];
  readonly decision?: readonly Decision[];
};

export const tlsPolicy: Suite = { folder: 'tls-policy', names: ['tls-policy'], run };

async function* run(folder: string): AsyncIterable<Case> {
  const all = JSON.parse(readFileSync(join(folder, 'mta-sts.json'), 'utf8')) as Vectors;
  for (const { id, mx, pattern, match } of all.name_match ?? []) yield told(id, match, matchesPattern(mx, pattern));
  for (const { id, body, expect } of all.policy ?? []) {
    const policy = readStsPolicy(body);
    yield told(id, expect, 'invalid' in policy ? null : { mode: policy.mode, mx: policy.mx, max_age: policy.maxAge });
  }
  for (const { id, txt, policy_id } of all.record ?? []) yield told(id, policy_id, readStsRecord(txt));
  for (const { id, txt, rua } of all.tlsrpt ?? []) yield told(id, rua, readTlsRptRecord(txt));
  for (const one of all.decision ?? []) {
    const wanted = { default_action: one.default_action, require_tls_option: one.require_tls_option };
    yield told(one.id, wanted, { default_action: actionOf(one, null), require_tls_option: actionOf(one, 'required') });
  }
  yield* reports(join(folder, 'tlsrpt-reports'));
}

function* reports(folder: string): Iterable<Case> {
  for (const name of existsSync(folder) ? readdirSync(folder).filter(one => one.endsWith('.json')) : []) {
    const wanted = readFileSync(join(folder, name));
    const mail = join(folder, name.replace(/json$/, 'eml'));
    const report = readTlsReport(existsSync(mail) ? reportIn(readFileSync(mail)) : wanted);
    yield told(name, withoutNull(JSON.parse(wanted.toString())), report && JSON.parse(writeTlsReport(report)));
  }
}

function reportIn(mail: Buffer): Buffer {
  const leaf = walk(mail).leaves.find(one => /^application\/(?:tlsrpt\+(?:gzip|json)|json|gzip)$/.test(one.type));
  const bytes = leaf?.bytes() ?? Buffer.alloc(0);
  return bytes[0] === 0x1f ? gunzipSync(bytes, { maxOutputLength: MAX_REPORT_BYTES }) : bytes;
}

const HOST = 'mx1.receiver.test';

/** From the policy to what happens at one host whose TLS is as the vector says. */
function actionOf({ mode, mx_matches, tls }: Decision, message: 'required' | null): string {
  const floor = tlsFloor(
    { message, domain: null, account: null, operator: null, destinations: [], requireTls: false, tlsRequiredNo: false },
    {
      host: HOST,
      domain: 'receiver.test',
      mxAd: false,
      sts: mode && { mode, mx: [mx_matches ? '*.receiver.test' : 'mx.elsewhere.test'], maxAge: 86_400 },
      dane: { state: 'none', why: 'not asked' },
      smarthost: false,
      login: false,
    },
  );
  return !beforeConnecting(floor) && delivers(floor, tls) ? 'deliver' : 'do-not-deliver-to-this-mx';
}

function delivers(floor: Floor, tls: string): boolean {
  let outcome: Outcome;
  if (tls === 'no-starttls') outcome = onNoStartTls(floor, { kind: 'absent', offeredLately: false, waited: false });
  else if (/handshake|failed|protocol/.test(tls))
    outcome = afterHandshake(floor, { kind: 'failed', failed: 'protocol', text: tls, legacyLeft: false, waited: false });
  else {
    const trusted = tls === 'trusted' || tls === 'name-mismatch';
    const error = trusted ? null : tls === 'expired' ? 'CERT_HAS_EXPIRED' : 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    const name = tls === 'name-mismatch' ? null : HOST;
    outcome = afterHandshake(floor, { kind: 'up', trusted, error, name, dane: { state: 'none', why: 'not asked' } });
  }
  return outcome.do === 'go-on' || outcome.do === 'clear';
}

function told(id: string, expected: unknown, got: unknown): Case {
  return {
    suite: 'tls-policy',
    id,
    expected: JSON.stringify(expected),
    got: JSON.stringify(got),
    ok: isDeepStrictEqual(expected, got),
  };
}

/** What a report leaves empty says the same as what it leaves out. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && !(Array.isArray(one) && one.length === 0))
      .map(([key, one]) => [key, withoutNull(one)]),
  );
}
