// How long hostile input may keep a reader busy, in processor time: the clock of a busy machine says nothing.

/** Processor time of this process so far, in ms. */
export function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What is linear ends in a fraction of it; what is not takes minutes at the sizes that tests hand in. */
export const SOON_MS = 10_000;
