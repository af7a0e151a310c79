// Programs that are measured: started in a folder of their own, ended by their pid, and the CPU they took read from /proc.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

/** Ticks of /proc are hundredths of a second on every Linux that Debian makes. */
const MS_A_TICK = 10;

type Stat = { readonly pid: number; readonly parent: number; readonly own: number; readonly ended: number };

function statOf(pid: string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = rest.slice(9).map(Number);
    return { pid: Number(pid), parent: Number(parent), own: (user + system) * MS_A_TICK, ended: (endedUser + endedSystem) * MS_A_TICK };
  } catch {
    return null;
  }
}

/** User and system time, in ms, of a process, those under it, and those that ended under it. */
export function cpuOf(root: number): number {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(statOf)
    .filter(one => one !== null);
  const under = (pid: number): number =>
    all.filter(one => one.pid === pid).reduce((sum, one) => sum + one.own + one.ended, 0) +
    all.filter(one => one.parent === pid).reduce((sum, one) => sum + under(one.pid), 0);
  return under(root);
}

/** What the children of this process took that have ended. */
export const cpuOfEnded = (): number => statOf('self')?.ended ?? 0;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  // They end those under them, which a harder end would leave behind.
  for (const child of running) child.kill('SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export type Running = { readonly pid: number; readonly child: ChildProcess; readonly stop: () => Promise<void> };

/** What it says on stderr is passed on, dropped, or there to be asked for. */
export function start(command: string, args: readonly string[], complaints: 'pass' | 'drop' | 'ask' = 'pass'): Running {
  const stderr = complaints === 'pass' ? 'inherit' : complaints === 'drop' ? 'ignore' : 'pipe';
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', stderr] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} cannot be started: is its Debian package installed?`);
  running.add(child);
  child.once('exit', () => running.delete(child));
  const stop = async (): Promise<void> => {
    if (!running.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(late);
  };
  return { pid, child, stop };
}

/** Resolves when nothing under the process has worked for a second: rules are compiled, caches are written. */
export async function settled(pid: number): Promise<void> {
  for (let before = -1, now = cpuOf(pid), turn = 0; turn < 120 && now - before > MS_A_TICK; turn++) {
    before = now;
    await new Promise(done => setTimeout(done, 1_000));
    now = cpuOf(pid);
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Tries until it works: a daemon is up when it answers. */
export async function untilAnswers<T>(ask: () => Promise<T>, seconds = 60): Promise<T> {
  for (let turn = 0; ; turn++)
    try {
      return await ask();
    } catch (error) {
      if (turn > seconds * 5) throw error;
      await new Promise(done => setTimeout(done, 200));
    }
}
