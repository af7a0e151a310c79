// The operator's tool against a real server: from any folder, on the pinned Node, with documented exit codes.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tableOf } from '../../bin/table.ts';
import { GTUBE } from '../patterns.ts';
import { discard, must, ROOT, startServer, tenant, until, type Call, type Json, type Server, type Tenant } from '../server.ts';
import { startSink, type Sink } from '../sink.ts';

const TOOL = join(ROOT, 'bin/sesame');
const folder = mkdtempSync(join(tmpdir(), 'sesame-tool-'));
let sink: Sink;
let server: Server;
let sender: Tenant;

before(async () => {
  sink = await startSink({});
  server = await startServer({ SESAME_SMARTHOST: sink.address });
  sender = await tenant(server, 'sender.test');
});
after(async () => {
  await server.stop();
  await sink.close();
  discard(server);
  rmSync(folder, { recursive: true, force: true });
});

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

function tool(
  args: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly input?: string; readonly as?: string } = {},
): Ran {
  const env = { PATH: '/usr/bin:/bin', SESAME_URL: server.ready.http, SESAME_DATA_DIR: server.dataDir, ...more.env };
  const ran = spawnSync(more.as ?? TOOL, [...args], { cwd: folder, env, input: more.input ?? '', encoding: 'utf8' });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

test('help everywhere, wrong usage is 2, a misspelt command is suggested and not run', () => {
  const help = tool(['--help']);
  assert.equal(help.code, 0);
  for (const name of ['serve', 'scan', 'train', 'doctor', 'account', 'backup', 'restore', 'resume', 'secret', 'operator-key'])
    assert.match(help.out, new RegExp(`^  ${name} `, 'm'));
  for (const name of ['serve', 'scan', 'train', 'account', 'backup']) assert.match(tool([name, '--help']).out, /^usage:/);
  const misspelt = tool(['acount']);
  assert.equal(misspelt.code, 2);
  assert.match(misspelt.err, /did you mean "account"/);
  assert.equal(tool(['account', 'frobnicate']).code, 2);
});

test('it runs through a symlink on the pinned Node', () => {
  const link = join(folder, 'link');
  symlinkSync(TOOL, link);
  const ran = tool(['scan', '--tsv'], { as: link, input: '{"id":"a","raw":"Subject: x\\n\\nhello"}\n' });
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.out, /^a\t0\.\d{6}\tPASS\n$/);
});

test('scan reads files and lines, and can fail on findings', () => {
  const file = join(folder, 'spam.eml');
  writeFileSync(file, `From: a@a.test\nSubject: x\n\n${GTUBE}\n`);
  const ran = tool(['scan', '--json', '--fail-on', 'spam', file]);
  assert.equal(ran.code, 1);
  assert.equal(JSON.parse(ran.out).spam.reasons[0].id, 'gtube');
  assert.equal(tool(['scan', file]).code, 0);
});

test('the API by command: make, list, refuse, unreachable', () => {
  const made = JSON.parse(tool(['account', 'create', '--name', 'By tool', '--json']).out);
  assert.match(made.id, /^acc_/);
  assert.match(tool(['account', 'list']).out, /By tool/);
  const refused = tool(['account', 'show', 'acc_none', '--json']);
  assert.equal(refused.code, 4);
  assert.equal(JSON.parse(refused.out).error.code, 'not_found');
  assert.equal(tool(['account', 'list'], { env: { SESAME_URL: 'http://127.0.0.1:9' } }).code, 3);
  const sent = tool(['send', '--account', sender.accountId, '--from', 'a@sender.test', '--to', 'success@simulator.sesame.test', '--json']);
  assert.equal(JSON.parse(sent.out).status, 'queued', sent.err);
});

test('options of a list are its filters: what is not known is refused, never passed over', () => {
  assert.doesNotMatch(tool(['account', 'list', '--state', 'suspended']).out, /By tool/);
  assert.equal(tool(['account', 'list', '--stat', 'suspended']).code, 4);
  assert.equal(tool(['account', 'list', 'suspended']).code, 2);
  assert.equal(tool(['account', 'dry-run']).code, 2);
  assert.equal(tool(['account', 'delete', sender.accountId, '--force', 'true']).code, 2);
  const first = tool(['event', 'list', '--limit', '1', '--account', sender.accountId]);
  const [, after = ''] = /--after (cur_\S+)/.exec(first.err) ?? [];
  const second = tool(['event', 'list', '--limit', '1', '--after', after, '--account', sender.accountId]);
  assert.match(second.out, /evt_/, first.err);
  assert.notEqual(second.out, first.out);
});

test('templates, lists and batches by command', () => {
  const as = ['--account', sender.accountId, '--json'];
  const run = (...args: readonly string[]): Json => {
    const ran = tool([...args, ...as]);
    assert.equal(ran.code, 0, ran.err + ran.out);
    return ran.out === '' ? null : JSON.parse(ran.out);
  };
  const template = run('template', 'create', '--name', 'n', '--subject', 'For {{name}}', '--text', 'Dear {{name}}');
  assert.equal(run('template', 'set', template.id, '--subject', 'Dear {{name}}').version, 2);
  assert.equal(run('template', 'render', template.id, '--data', '{"name":"Ana"}').subject, 'Dear Ana');
  const list = run('list', 'create', '--name', 'people');
  const file = join(folder, 'people.csv');
  writeFileSync(file, 'address,name\nsuccess@simulator.sesame.test,Ana\nnobody\n');
  assert.deepEqual(
    [run('list', 'import', list.id, '--file', file)].map(one => [one.valid, one.invalid]),
    [[1, 1]],
  );
  assert.equal(run('list', 'recipients', list.id).data.name, 'Ana');
  assert.equal(tool(['list', 'import', list.id]).code, 2);
  const asked = ['--from', 'a@sender.test', '--list', list.id, '--template', JSON.stringify({ id: template.id })];
  const batch = run('batch', 'create', ...asked, '--send-at', new Date(Date.now() + 86_400_000).toISOString());
  assert.deepEqual(
    ['pause', 'resume', 'cancel'].map(verb => run('batch', verb, batch.id).state),
    ['paused', 'scheduled', 'cancelled'],
  );
  assert.equal(run('batch', 'show', batch.id).counts.accepted, 0);
  assert.equal(run('batch', 'delete', batch.id), null);
});

test('lists by command: imported with what is wrong told, searched, exported, removed; refusals by who came', () => {
  const file = join(folder, 'old.txt');
  writeFileSync(file, 'one@list.test\ntwo@list.test\n# a comment\none@list.test\nnonsense\n');
  const account = ['--account', sender.accountId];
  const ran = tool(['blocked', 'import', file, '--list', 'tool', '--direction', 'recipient', ...account]);
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.out, /^3 lines imported into the list "tool"; 1 came more than once or were there; 1 could not be read$/m);
  assert.match(ran.err, /old\.txt, line 5: it is none of address/);
  assert.match(tool(['blocked', 'list', '--prefix', 'two@', ...account]).out, /two@list\.test/);
  assert.match(tool(['blocked', 'export', '--format', 'csv', ...account]).out, /^one@list\.test,block,recipient,/m);
  assert.match(tool(['blocked', 'lists', ...account]).out, /^tool\t2/m);
  assert.equal(tool(['blocked', 'remove', 'tool', ...account]).code, 0);
  assert.equal(tool(['blocked', 'import', join(folder, 'none.csv')]).code, 2);
  writeFileSync(join(folder, 'bad.csv'), 'pattern\nnonsense\n');
  assert.equal(tool(['blocked', 'import', join(folder, 'bad.csv'), '--list', 'bad', ...account]).code, 4);
  assert.equal(tool(['refusal', 'list', '--peer', 'nobody']).code, 4);
  assert.equal(tool(['refusal', 'list', '--peer', '192.0.2.1']).code, 0);
});

test('a second server on the same data directory names the holder', () => {
  const ran = tool(['serve'], { env: { SESAME_HTTP_LISTEN: '127.0.0.1:0' } });
  assert.equal(ran.code, 1);
  assert.match(ran.err, new RegExp(`in use by another server.*${server.pid}`));
});

test('serve execs the server: the pid is its own, and SIGKILL leaves no listener', async () => {
  const dataDir = join(folder, 'serve');
  mkdirSync(dataDir, { mode: 0o755 });
  const listen = Object.fromEntries(['HTTP', 'SUBMISSION', 'SUBMISSIONS', 'MX'].map(door => [`SESAME_${door}_LISTEN`, '127.0.0.1:0']));
  const child = spawn(TOOL, ['serve'], {
    env: { PATH: '/usr/bin:/bin', SESAME_DATA_DIR: dataDir, SESAME_CLAMD: 'off', ...listen },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await new Promise<string>(resolve => child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString())));
  const { http } = JSON.parse(line) as { http: string };
  assert.match(readFileSync(`/proc/${child.pid}/cmdline`, 'latin1'), /src\/main\.ts/);
  // The folder was made by somebody else; nobody else reads what is in it.
  const files = readdirSync(dataDir);
  assert.ok(files.includes('operator.key') && files.includes('sesame.db'));
  for (const file of files) assert.equal(statSync(join(dataDir, file)).mode & 0o077, 0, file);
  child.kill('SIGKILL');
  await new Promise(resolve => child.once('exit', resolve));
  await assert.rejects(fetch(`${http}/healthz`));
});

test('operator-key rotate revokes the old key', async () => {
  const old = server.operatorKey;
  const ran = tool(['operator-key', 'rotate']);
  assert.equal(ran.code, 0, ran.err);
  assert.equal((await server.as(old)('GET', '/v1/accounts')).status, 401);
  assert.equal((await server.as(readFileSync(join(server.dataDir, 'operator.key'), 'utf8').trim())('GET', '/v1/accounts')).status, 200);
});

test('backup and restore: not without the installation key, paused until resume, suppressions kept', async () => {
  await must(sender.call('POST', '/v1/blocked', { pattern: 'gone@rcpt.test', direction: 'recipient' }));
  const notes = `From: a@elsewhere.test\r\nSubject: notes\r\n\r\n${'Please look at the notes of the meeting before Friday and tell us which room is free for the visit. '.repeat(2)}\r\n`;
  await must(sender.call('POST', '/v1/feedback', { raw: Buffer.from(notes).toString('base64'), label: 'spam' }));
  const taught = async (call: Call): Promise<readonly string[]> => {
    const { spam } = await must(call('POST', '/v1/scan', notes, { 'content-type': 'message/rfc822' }));
    return (spam.reasons as Json[]).map(one => one.id as string).filter(id => /^(?:learned|campaign)_/.test(id));
  };
  assert.deepEqual(await taught(sender.call), ['campaign_own', 'learned_account']);
  const listed = await must(
    sender.call('POST', '/v1/blocked/import?list=old', 'x@rcpt.test\ny@rcpt.test\n', { 'content-type': 'text/plain' }),
  );
  assert.deepEqual([listed.state, listed.imported], ['done', 2]);
  const [out] = (await must(sender.call('GET', '/v1/blocked?pattern=y@rcpt.test'))).data;
  await must(sender.call('DELETE', `/v1/blocked/${out.id}`));
  const file = join(folder, 'backup');
  assert.equal(tool(['backup', file]).code, 0);
  assert.doesNotMatch(readFileSync(file, 'utf8'), /"kind":"operator"|"table":"(?:emails|recipients|content|epochs|events|marks)"/);
  const other = mkdtempSync(join(tmpdir(), 'sesame-restored-'));
  const env = { SESAME_DATA_DIR: other };
  assert.equal(tool(['restore', file], { env }).code, 2);
  assert.equal(existsSync(join(other, 'sesame.db')), false, 'nothing was changed');
  writeFileSync(join(other, 'secret.key'), `${'ab'.repeat(32)}\n`);
  assert.equal(tool(['restore', file], { env }).code, 4, 'another key opens nothing');
  copyFileSync(join(server.dataDir, 'secret.key'), join(other, 'secret.key'));
  writeFileSync(join(folder, 'cut'), readFileSync(file, 'utf8').slice(0, -200));
  assert.match(tool(['restore', join(folder, 'cut')], { env }).err, /damaged or cut|no backup/);
  const ran = tool(['restore', file], { env });
  assert.equal(ran.code, 0, ran.err);

  const second = await startServer({ SESAME_SMARTHOST: sink.address }, other);
  const call = second.as(sender.key);
  const blocked = async (address: string): Promise<boolean> => (await must(call('POST', '/v1/blocked/check', { address }))).blocked;
  assert.equal(await blocked('gone@rcpt.test'), true);
  await until('the list is there again', () => blocked('x@rcpt.test'));
  assert.equal(await blocked('y@rcpt.test'), false, 'what was taken out stays out');
  assert.deepEqual(await taught(call), ['learned_account'], 'weights are in the backup, the campaign is not');
  const count = sink.caught.length;
  const { id } = await must(call('POST', '/v1/emails', { from: 'a@sender.test', to: ['b@rcpt.test'], subject: 'x', text: 'x' }));
  const state = async (): Promise<string> => (await call('GET', `/v1/emails/${id}`)).body.recipients[0].state;
  assert.equal(await state(), 'queued');
  assert.equal(sink.caught.length, count, 'sending is paused');
  assert.equal(tool(['resume'], { env }).code, 0);
  await until('delivered after resume', async () => (await state()) === 'delivered');
  await second.stop();

  const rotated = tool(['secret', 'rotate'], { env });
  assert.equal(rotated.code, 0, rotated.err);
  const third = await startServer({ SESAME_SMARTHOST: sink.address }, other);
  assert.deepEqual(await taught(third.as(sender.key)), ['learned_account'], 'sealed again');
  const sent = await must(
    third.as(sender.key)('POST', '/v1/emails', { from: 'a@sender.test', to: ['c@rcpt.test'], subject: 'x', text: 'x' }),
  );
  await until('signed by the key that was sealed again', () =>
    sink.caught.some(mail => mail.raw.includes(sent.id) && mail.raw.includes('DKIM-Signature')),
  );
  await third.stop();
  discard(third);
});

test('lists are rows of plain values: for a screen with names above, else with tabs', () => {
  const { out } = tool(['account', 'list']);
  assert.match(out, /^acc_\w+\tsender\.test\t-\tactive\t/m);
  assert.doesNotMatch(out, /[{}]/);
  const rows = [
    { id: 'a', scopes: ['send', 'read'], quota: { perDay: 1 }, until: null },
    { id: 'bcd', scopes: [], quota: null, until: '2027' },
  ];
  assert.deepEqual(tableOf(rows, true), ['id   scopes     until', 'a    send,read  -', 'bcd  -          2027']);
  assert.deepEqual(tableOf(rows, false), ['a\tsend,read\t-', 'bcd\t-\t2027']);
});

test('doctor goes to its end without a key, a database or a server', () => {
  const env = {
    SESAME_DATA_DIR: join(folder, 'nowhere'),
    SESAME_RESOLVER: '127.0.0.1:9',
    SESAME_CLAMD: 'off',
    SESAME_URL: 'http://127.0.0.1:9',
  };
  const { out, err } = tool(['doctor'], { env });
  assert.doesNotMatch(err, /no key/);
  assert.match(out, /\d fail, \d warn/);
});

test('deploy/sesame takes settings and key from where the service has them', () => {
  const file = join(folder, 'sesame.env');
  writeFileSync(file, `SESAME_HOSTNAME=mail.example.org\nSESAME_MX_LISTEN=0.0.0.0:25,[::]:25\nSESAME_URL=${server.ready.http}\n`);
  const script = readFileSync(join(ROOT, 'deploy/sesame'), 'utf8');
  assert.match(script, /--reuid=sesame --regid=sesame --init-groups -- /);
  const here = script
    .replace('/var/lib/sesame', server.dataDir)
    .replace('/etc/sesame.env', file)
    .replace(/setpriv .* -- /, '')
    .replace('/opt/sesame/', ROOT);
  const ran = spawnSync('sh', ['-c', here, 'sesame', 'account', 'list'], { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' });
  assert.match(ran.stdout, /^acc_/m, ran.stderr);
});
