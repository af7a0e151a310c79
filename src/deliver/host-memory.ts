// What is remembered of hosts, by all doors and over a restart: whether STARTTLS was offered lately, and whether TLS there has broken off
// for one backoff already. What a network, or someone in it, can cause waits that long before mail goes in clear.
import { ONE_BACKOFF_MS, STARTTLS_MEMORY_MS, TROUBLE_MEMORY_MS } from './bounds.ts';

export type Remembered = { readonly offeredAt: number | null; readonly troubleAt: number | null };
export type HostMemory = {
  readonly recall: (host: string) => Promise<Remembered>;
  readonly keep: (host: string, remembered: Remembered) => Promise<void>;
};

const DAY_MS = 86_400_000;

export const offeredLately = ({ offeredAt }: Remembered, now: number): boolean =>
  offeredAt !== null && now - offeredAt < STARTTLS_MEMORY_MS;

/** In trouble for at least one backoff; what is older than a day is another trouble. */
export function waited({ troubleAt }: Remembered, now: number): boolean {
  const age = troubleAt === null ? -1 : now - troubleAt;
  return age >= ONE_BACKOFF_MS && age < TROUBLE_MEMORY_MS;
}

/** STARTTLS is offered; written down once a day. */
export async function noteOffered(memory: HostMemory, host: string, known: Remembered, now: number): Promise<void> {
  if (known.offeredAt === null || now - known.offeredAt > DAY_MS) await memory.keep(host, { ...known, offeredAt: now });
}

/** The first time counts, so that one backoff is one backoff. */
export async function noteTrouble(memory: HostMemory, host: string, known: Remembered, now: number): Promise<void> {
  if (known.troubleAt === null || now - known.troubleAt >= TROUBLE_MEMORY_MS) await memory.keep(host, { ...known, troubleAt: now });
}

/** TLS went well. */
export async function noteWell(memory: HostMemory, host: string, known: Remembered, now: number): Promise<void> {
  if (known.troubleAt !== null) await memory.keep(host, { offeredAt: now, troubleAt: null });
}
