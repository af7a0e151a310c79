// Aggregate reports of our own making: bare, gzip, zip, in a mail; and what must be refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { SOON_MS, spentMs } from '../../test/processor.ts';
import { walk } from '../message/walk.ts';
import { readDmarcAggregate, readDmarcMail } from './dmarc-aggregate.ts';
import { readXml } from './xml.ts';

const record = (ip: string): string =>
  `<record><row><source_ip>${ip}</source_ip><count>3</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>` +
  '<reason><type>forwarded</type><comment>a &amp; b</comment></reason></policy_evaluated></row>' +
  '<identifiers><header_from>Example.org</header_from></identifiers>' +
  '<auth_results><dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim></auth_results></record>';
const xml = (records: string): string =>
  `<?xml version="1.0"?><!-- made up --><d:feedback xmlns:d="x"><report_metadata><org_name>Example</org_name><email>r@example.net</email>` +
  '<report_id>1</report_id><date_range><begin>100</begin><end>200</end></date_range></report_metadata>' +
  `<policy_published><domain>example.org</domain><p>reject</p></policy_published>${records}</d:feedback>`;
const report = Buffer.from(xml(record('192.0.2.1') + record('2001:db8::1')));

function zip(name: string, data: Buffer): Buffer {
  const packed = deflateRawSync(data);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

test('bare, gzip and zip are the same report', () => {
  for (const bytes of [report, gzipSync(report), zip('r.xml', report)]) {
    const got = readDmarcAggregate(bytes);
    assert.equal(got?.records.length, 2);
    assert.deepEqual([got.orgName, got.domain, got.policy, got.begin, got.end], ['Example', 'example.org', 'reject', 100, 200]);
    const [first] = got.records;
    assert.deepEqual(
      [first?.sourceIp, first?.count, first?.disposition, first?.dkim, first?.spf, first?.headerFrom],
      ['192.0.2.1', 3, 'none', 'pass', 'fail', 'example.org'],
    );
    assert.deepEqual(first?.reasons, [{ type: 'forwarded', comment: 'a & b' }]);
    assert.deepEqual(first?.dkimResults, [{ domain: 'example.org', result: 'pass', selector: 's1', scope: null }]);
  }
});

test('in a mail', () => {
  const mail = [
    'Subject: Report Domain: example.org',
    'Content-Type: application/gzip; name="r.xml.gz"',
    'Content-Transfer-Encoding: base64',
    '',
    gzipSync(report).toString('base64'),
  ];
  assert.equal(readDmarcMail(walk(Buffer.from(mail.join('\r\n'))))?.records.length, 2);
  assert.equal(readDmarcMail(walk(Buffer.from('Subject: x\r\n\r\nhello'))), null);
});

test('document types, bombs and broken archives are refused', () => {
  const laughs = `<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${xml('').replace('<?xml version="1.0"?>', '')}`;
  assert.equal(readDmarcAggregate(Buffer.from(laughs)), null);
  assert.equal(readDmarcAggregate(gzipSync(Buffer.alloc(64 * 1024 * 1024))), null);
  assert.equal(readDmarcAggregate(gzipSync(report).subarray(0, 60)), null);
  for (const at of [1, 10, 40, 60]) readDmarcAggregate(zip('r.xml', report).subarray(0, at));
  assert.equal(readDmarcAggregate(Buffer.from('PK\u0003\u0004')), null);
});

test('XML: depth, unclosed tags and unknown entities', () => {
  assert.equal(readXml('<a>'.repeat(1_000)), null);
  assert.equal(readXml('<a><b></a></b>'), null);
  assert.equal(readXml('<a><![CDATA[x'), null);
  assert.equal(readXml('<a>&what;&#65;<![CDATA[<b>]]></a>')?.text, '&what;A<b>');
  const start = spentMs();
  for (const text of ['<'.repeat(1e6), '<!--'.repeat(3e5), '<a '.repeat(3e5), `<a>${'&#1'.repeat(3e5)}</a>`, '<a/>'.repeat(3e5)])
    readXml(text);
  assert.ok(spentMs() - start < SOON_MS);
});
