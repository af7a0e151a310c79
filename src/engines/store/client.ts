// A thread's hold on the store: reads run on its own connection, writes travel to the writer, all of one loop turn as one message.
import { subjects, type Store } from './subjects.ts';
import type { Command, Done } from './loop.ts';
import type { Db } from './types.ts';

/** How commands reach the writer and answers come back (a MessagePort, or a function in the same thread). */
export type Line = {
  readonly send: (commands: readonly Command[]) => void;
  readonly onDone: (take: (done: readonly Done[]) => void) => void;
  readonly close: () => void;
};

/** The writer ended or the commit failed: nothing was recorded. */
export class StoreFailed extends Error {}

export function openClient(parts: {
  readonly reader: Db;
  readonly line: Line;
  readonly owner: string;
  readonly closeReader: () => void | Promise<void>;
}): Store {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let seq = 0;
  let batch: Command[] = [];
  const flush = (): void => {
    const commands = batch;
    batch = [];
    parts.line.send(commands);
  };
  parts.line.onDone(done => {
    for (const one of done) {
      const asked = waiting.get(one.seq);
      waiting.delete(one.seq);
      if (one.ok) asked?.resolve(one.value);
      else asked?.reject(new StoreFailed(String(one.value)));
    }
  });
  const write = (call: string, arg: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(++seq, { resolve, reject });
      if (batch.length === 0) setImmediate(flush);
      batch.push({ seq, owner: parts.owner, call, arg });
    });

  type Read = (db: Db, arg: unknown) => Promise<unknown>;
  const calls = Object.fromEntries(
    Object.entries(subjects).map(([subject, { reads, writes }]) => [
      subject,
      Object.fromEntries([
        ...Object.entries(reads).map(([name, read]) => [name, (arg: unknown) => (read as unknown as Read)(parts.reader, arg)] as const),
        ...Object.keys(writes).map(name => [name, (arg: unknown) => write(`${subject}.${name}`, arg)] as const),
      ]),
    ]),
  );
  const close = async (): Promise<void> => {
    parts.line.close();
    await parts.closeReader();
    for (const one of waiting.values()) one.reject(new StoreFailed('the store is closed'));
    waiting.clear();
  };
  // The calls were made from `subjects` one by one, which is what the type says.
  return { ...calls, close } as unknown as Store;
}
