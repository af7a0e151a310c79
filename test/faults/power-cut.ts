// Power cut: the data directory lies on an ext4 image that is shut down without a flush (EXT4_IOC_SHUTDOWN) under load; after a
// remount every mail that had its 250 must arrive. Needs root, loop devices and python3 (for the ioctl). By hand:
//   node test/faults/power-cut.ts [ROUNDS]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smtp } from '../client.ts';
import { startServer, tenant, until, type Server, type Tenant } from '../server.ts';
import { header, startSink } from '../sink.ts';

const rounds = Number(process.argv[2] ?? 5);
const work = mkdtempSync(join(tmpdir(), 'sesame-power-'));
const image = join(work, 'disk.img');
const disk = join(work, 'disk');
mkdirSync(disk);
execFileSync('truncate', ['-s', '512M', image]);
execFileSync('mkfs.ext4', ['-q', '-F', image]);
const mount = (): void => void execFileSync('mount', ['-o', 'loop', image, disk]);
const unmount = (): void => void spawnSync('umount', [disk], { stdio: 'ignore' });
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: what is not on the disk now never gets there. */
const cutPower = (): void =>
  void execFileSync('python3', [
    '-c',
    'import fcntl,os,struct,sys\nfcntl.ioctl(os.open(sys.argv[1],os.O_RDONLY),0x8004587d,struct.pack("I",2))',
    disk,
  ]);

const arrived = new Set<string>();
let hold = true;
const sink = await startSink({
  onMessage: mail => {
    if (hold) return '451 4.3.0 later';
    arrived.add(header(mail.raw, 'x-test-id') ?? '');
    return '250 2.0.0 ok';
  },
});
const env = { SESAME_SMARTHOST: sink.address, SESAME_CONNECTION_LIMIT: '10000', SESAME_LOG: 'error' };
const dataDir = join(disk, 'data');
const acknowledged = new Set<string>();
let lost = 0;
try {
  mount();
  mkdirSync(dataDir);
  let server = await startServer(env, dataDir);
  const sender = await tenant(server, 'sender.test');
  for (let round = 0; round < rounds; round++) {
    const feeds = Array.from({ length: 4 }, (_, n) => feed(server, sender, `r${round}c${n}`));
    await new Promise(resolve => setTimeout(resolve, 200 + Math.random() * 600));
    cutPower();
    await server.kill();
    await Promise.all(feeds);
    unmount();
    mount();
    server = await startServer(env, dataDir);
  }
  hold = false;
  await until('every acknowledged mail', () => [...acknowledged].every(id => arrived.has(id)), 400_000).catch(() => undefined);
  lost = [...acknowledged].filter(id => !arrived.has(id)).length;
  await server.stop();
} finally {
  unmount();
  await sink.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`${rounds} power cuts, ${acknowledged.size} acknowledged, ${lost} lost`);
process.exit(lost ? 1 : 0);

async function feed(server: Server, login: Tenant, name: string): Promise<void> {
  try {
    const session = await smtp(server.ready.submissions, { tls: 'implicit', login });
    for (let n = 0; ; n++) {
      const id = `${name}-${n}`;
      const reply = await session.send(
        'news@sender.test',
        'reader@rcpt.test',
        `From: news@sender.test\r\nSubject: ${id}\r\nX-Test-Id: ${id}\r\n\r\nHello.\r\n`,
      );
      if (reply.code !== 250) break;
      acknowledged.add(id);
    }
    session.close();
  } catch {
    // The power went: what had no 250 is not counted.
  }
}
