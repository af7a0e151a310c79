// Connections by site, or by the provider that runs many: reused while they are fresh, bounded over all doors, handed to who waits longest. Whether a kept connection may
// carry a mail (its host, its source address, the TLS it reached) is asked anew for each mail, so that none rides a weaker one than it wants.
import type { Shared } from '../engines/types.ts';
import type { Source } from '../mail.ts';
import * as bounds from './bounds.ts';
import type { Reached, Unreached } from './reach.ts';

export type Held = Reached & {
  readonly host: string;
  readonly ip: string;
  readonly port: number;
  readonly source: Source;
  readonly mails: number;
};
/** To whom connections are counted, how many he may get over all doors, and mails on each. */
export type Places = { readonly name: string; readonly connections: number; readonly mails: number };
export type Pool = {
  /** An idle connection that fits, or a new one by `open`; waits while there are as many as may be. */
  readonly acquire: <U extends Unreached>(
    places: Places,
    fits: (held: Held) => boolean,
    open: () => Promise<Held | U>,
  ) => Promise<Held | U>;
  /** Back after so many mails; `good` = it may be used again. */
  readonly giveBack: (places: Places, held: Held, good: boolean, mails: number) => void;
  readonly close: () => void;
};

type Site = { readonly idle: { held: Held; timer: NodeJS.Timeout }[]; readonly waiting: (() => void)[]; opening: number };

const RETRY_MS = 50;

export function newPool(shared: Shared): Pool {
  const sites = new Map<string, Site>();
  const siteOf = (name: string): Site => {
    const kept = sites.get(name);
    if (kept) return kept;
    const made: Site = { idle: [], waiting: [], opening: 0 };
    sites.set(name, made);
    return made;
  };
  const end = (name: string, held: Held): void => {
    held.connection.quit();
    shared.leave(`site/${name}`);
  };
  const wake = (name: string): void => {
    const site = siteOf(name);
    site.waiting.shift()?.();
    if (site.idle.length === 0 && site.waiting.length === 0 && site.opening === 0) sites.delete(name);
  };
  const fitting = (name: string, site: Site, fits: (held: Held) => boolean): Held | null => {
    for (let i = site.idle.length - 1; i >= 0; i--) {
      const one = site.idle[i];
      if (!one || !fits(one.held)) continue;
      site.idle.splice(i, 1);
      clearTimeout(one.timer);
      if (one.held.connection.alive()) return one.held;
      end(name, one.held);
      i = Math.min(i, site.idle.length);
    }
    return null;
  };
  return {
    acquire: async <U extends Unreached>(
      { name, connections }: Places,
      fits: (held: Held) => boolean,
      open: () => Promise<Held | U>,
    ): Promise<Held | U> => {
      for (;;) {
        const site = siteOf(name);
        const idle = fitting(name, site, fits);
        if (idle) return idle;
        if (site.opening < bounds.SITE_OPENING && shared.enter(`site/${name}`, connections)) {
          site.opening++;
          let reached = false;
          try {
            const opened = await open();
            reached = opened.ok;
            return opened;
          } finally {
            site.opening--;
            if (!reached) shared.leave(`site/${name}`);
            wake(name);
          }
        }
        // All places are taken, one of them by a connection that nobody here can use: it makes room.
        const [spare] = site.opening < bounds.SITE_OPENING ? site.idle.splice(0, 1) : [];
        if (spare) {
          clearTimeout(spare.timer);
          end(name, spare.held);
          continue;
        }
        // Places may be held by other doors: look again in a moment even if nobody here gives one back.
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, RETRY_MS);
          site.waiting.push(() => (clearTimeout(timer), resolve()));
        });
      }
    },
    giveBack: ({ name, mails: most }, held, good, mails) => {
      const used = { ...held, mails: held.mails + mails };
      if (!good || !held.connection.alive() || used.mails >= most) end(name, held);
      else {
        const site = siteOf(name);
        const entry = { held: used, timer: setTimeout(() => undefined, 0) };
        clearTimeout(entry.timer);
        entry.timer = setTimeout(() => {
          site.idle.splice(site.idle.indexOf(entry), 1);
          end(name, used);
          wake(name);
        }, bounds.CONNECTION_IDLE_MS);
        entry.timer.unref();
        site.idle.push(entry);
      }
      wake(name);
    },
    close: () => {
      for (const [name, site] of sites) {
        for (const one of site.idle.splice(0)) {
          clearTimeout(one.timer);
          end(name, one.held);
        }
      }
    },
  };
}
