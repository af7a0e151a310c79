// Every page of the console; adding one = a file src/pages/NAME.tsx (or a folder) that exports a component `Page`, a file of words in words/en, id
// and zh with a `title` (and its line in words/en.ts, id.ts, zh.ts), and one line here. Pages are loaded when they are visited.
import type { ComponentType } from 'preact';
import type { Words } from './words/en.ts';

export type PageProps = { readonly params: Readonly<Record<string, string>> };
export type Group = 'main' | 'trust' | 'build' | 'operator';
/** Words that have a title: they name the page. */
type Named = { [K in keyof Words]: Words[K] extends { readonly title: string } ? K : never }[keyof Words];

export type PageEntry = {
  readonly path: string;
  readonly words: Named;
  /** Where the navigation has it; null: a page that others lead to. */
  readonly group: Group | null;
  /** The letter behind `g`. */
  readonly key?: string;
  readonly operatorOnly?: boolean;
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
};

export const PAGES: readonly PageEntry[] = [
  { path: '/', words: 'overview', group: 'main', key: 'o', load: () => import('./pages/overview/page.tsx') },
  { path: '/messages', words: 'messages', group: 'main', key: 'm', load: () => import('./pages/messages/page.tsx') },
  { path: '/messages/:id', words: 'message', group: null, load: () => import('./pages/message/page.tsx') },
  { path: '/compose', words: 'compose', group: 'main', key: 'c', load: () => import('./pages/compose/page.tsx') },
  { path: '/inbound', words: 'inbound', group: 'main', key: 'i', load: () => import('./pages/inbound/page.tsx') },
  { path: '/library', words: 'library', group: 'trust', key: 'b', load: () => import('./pages/library/page.tsx') },
  { path: '/library/feeds', words: 'feeds', group: null, operatorOnly: true, load: () => import('./pages/feeds/page.tsx') },
  { path: '/domains', words: 'domains', group: 'trust', key: 'd', load: () => import('./pages/domains/page.tsx') },
  { path: '/domains/:name', words: 'domains', group: null, load: () => import('./pages/domains/one.tsx') },
  { path: '/keys', words: 'keys', group: 'build', key: 'k', load: () => import('./pages/keys/page.tsx') },
  { path: '/events', words: 'events', group: 'build', key: 'e', load: () => import('./pages/events/page.tsx') },
  { path: '/webhooks', words: 'webhooks', group: 'build', key: 'w', load: () => import('./pages/webhooks/page.tsx') },
  { path: '/webhooks/:id', words: 'webhooks', group: null, load: () => import('./pages/webhooks/one.tsx') },
  {
    path: '/sending-ips',
    words: 'sendingIps',
    group: 'operator',
    key: 'p',
    operatorOnly: true,
    load: () => import('./pages/sending-ips/page.tsx'),
  },
  { path: '/sending-ips/:ip', words: 'sendingIps', group: null, operatorOnly: true, load: () => import('./pages/sending-ips/one.tsx') },
  { path: '/templates', words: 'templates', group: 'build', key: 't', load: () => import('./pages/templates/page.tsx') },
  { path: '/templates/:id', words: 'templates', group: null, load: () => import('./pages/templates/one.tsx') },
  { path: '/lists', words: 'lists', group: 'build', key: 'l', load: () => import('./pages/lists/page.tsx') },
  { path: '/lists/:id', words: 'lists', group: null, load: () => import('./pages/lists/one.tsx') },
  { path: '/batches', words: 'batches', group: 'build', load: () => import('./pages/batches/page.tsx') },
  { path: '/batches/:id', words: 'batches', group: null, load: () => import('./pages/batches/one.tsx') },
  { path: '/reputation', words: 'reputation', group: 'trust', key: 'r', load: () => import('./pages/reputation/page.tsx') },
  { path: '/reputation/:domain', words: 'reputation', group: null, load: () => import('./pages/reputation/one.tsx') },
  { path: '/doctor', words: 'doctor', group: 'operator', key: 'x', operatorOnly: true, load: () => import('./pages/doctor/page.tsx') },
  { path: '/audit', words: 'audit', group: 'operator', operatorOnly: true, load: () => import('./pages/audit/page.tsx') },
  { path: '/standing', words: 'standing', group: 'trust', key: 's', load: () => import('./pages/standing/page.tsx') },
  {
    path: '/accounts',
    words: 'accounts',
    group: 'operator',
    key: 'a',
    operatorOnly: true,
    load: () => import('./pages/accounts/page.tsx'),
  },
  { path: '/accounts/:id', words: 'accounts', group: null, operatorOnly: true, load: () => import('./pages/accounts/one.tsx') },
];
