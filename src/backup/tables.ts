// What a backup holds: configuration, standing, counters, lists of the blocked library and what the filter was taught. Content, queue,
// events, epochs, campaign fingerprints and marks, scores by mail, and operator keys are not in it.
import { sealLabel } from '../suppress/entries.ts';

export type Table = {
  readonly name: string;
  readonly key: readonly string[];
  readonly where?: string;
  readonly without?: readonly string[];
};

export const TABLES: readonly Table[] = [
  { name: 'accounts', key: ['id'] },
  { name: 'api_keys', key: ['id'], where: "kind <> 'operator'" },
  { name: 'smtp_credentials', key: ['id'] },
  { name: 'domains', key: ['name'] },
  { name: 'dkim_keys', key: ['domain', 'selector'] },
  { name: 'routes', key: ['id'] },
  { name: 'destinations', key: ['pattern'] },
  // Policies that were seen: who restores must not send in clear where they forbid it.
  { name: 'sts', key: ['domain'] },
  { name: 'blocked', key: ['id'] },
  { name: 'library_removed', key: ['list_id', 'key'], without: ['seq'] },
  { name: 'feeds', key: ['id'] },
  { name: 'webhooks', key: ['id'] },
  { name: 'templates', key: ['id'] },
  { name: 'lists', key: ['id'], where: 'batch_id IS NULL AND sealed IS NOT NULL' },
  {
    name: 'list_recipients',
    key: ['list_id', 'mac'],
    where: 'list_id IN (SELECT id FROM lists WHERE batch_id IS NULL AND sealed IS NOT NULL)',
  },
  { name: 'pools', key: ['name'] },
  { name: 'pool_accounts', key: ['pool', 'account_id'] },
  { name: 'sending_ips', key: ['ip'] },
  { name: 'learned', key: ['account_id'] },
  { name: 'usage', key: ['account_id', 'day'] },
  { name: 'standing', key: ['account_id'] },
  { name: 'usage_domains', key: ['account_id', 'domain', 'day'] },
  { name: 'levels', key: ['account_id', 'domain'] },
  { name: 'level_moves', key: ['account_id', 'at', 'domain', 'n'] },
  { name: 'paces', key: ['ip', 'provider'] },
  { name: 'statistics', key: ['account_id', 'slot', 'domain', 'provider', 'ip', 'measure'] },
];

/** The two roots, wrapped by the installation key. */
export const ROOTS = ['sealing-root', 'mac-root'] as const;

/** Columns that hold sealed secrets, with the label they were sealed under. */
export const SEALED: readonly {
  readonly table: string;
  readonly column: string;
  readonly key: readonly string[];
  readonly label: (row: Readonly<Record<string, unknown>>) => string;
}[] = [
  { table: 'api_keys', column: 'sealed', key: ['id'], label: row => `key/${String(row['id'])}` },
  {
    table: 'dkim_keys',
    column: 'sealed',
    key: ['domain', 'selector'],
    label: row => `dkim/${String(row['domain'])}/${String(row['selector'])}`,
  },
  { table: 'blocked', column: 'sealed', key: ['id', 'account_id'], label: row => sealLabel(String(row['account_id'])) },
  { table: 'learned', column: 'sealed', key: ['account_id'], label: row => `learned/${String(row['account_id'])}` },
  { table: 'templates', column: 'sealed', key: ['id'], label: row => `template/${String(row['id'])}` },
  // The recipients of a list are sealed under the key that is sealed here.
  { table: 'lists', column: 'sealed', key: ['id'], label: row => `list/${String(row['id'])}` },
  { table: 'batches', column: 'sealed', key: ['id'], label: row => `batch/${String(row['id'])}` },
  { table: 'routes', column: 'secret', key: ['id'], label: row => `route/${String(row['id'])}` },
  { table: 'webhooks', column: 'secret', key: ['id'], label: row => `webhook/${String(row['id'])}` },
  { table: 'webhooks', column: 'old_secret', key: ['id'], label: row => `webhook/${String(row['id'])}` },
];

/** The files of the blocked library's lists: their lines, whole ones in each text; and what is restored, which the next start builds. */
export type ListFiles = {
  /** null: there is no such file. */
  readonly read: (mark: string) => Promise<AsyncIterable<string> | null>;
  /** For the import of this id. */
  readonly write: (id: string) => { readonly add: (text: string) => void; readonly finish: () => void; readonly abandon: () => void };
};

export const FORMAT = 'sesame-backup';
export const VERSION = 1;
