// The tables, as numbered migrations in SQL that SQLite and PostgreSQL both read. Times are epoch ms, booleans 0 or 1, JSON is TEXT;
// BLOB, BIGINT and SERIAL stand for the dialect's own words. A migration that has landed in a release is never edited.

export type Migration = { readonly number: number; readonly name: string; readonly statements: readonly string[] };

export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'first',
    statements: [
      'CREATE TABLE installation (name TEXT PRIMARY KEY, value BLOB NOT NULL)',

      // Who.
      `CREATE TABLE accounts (id TEXT PRIMARY KEY, name TEXT NOT NULL, contact TEXT, state TEXT NOT NULL, state_reason TEXT,
        state_since BIGINT NOT NULL, per_day BIGINT NOT NULL, per_second BIGINT NOT NULL, levels INTEGER NOT NULL DEFAULT 0,
        policy TEXT NOT NULL, malware TEXT NOT NULL, tls TEXT NOT NULL, created_at BIGINT NOT NULL)`,
      `CREATE TABLE api_keys (id TEXT PRIMARY KEY, account_id TEXT, name TEXT NOT NULL, kind TEXT NOT NULL, scopes TEXT NOT NULL,
        domains TEXT, ips TEXT, mac BLOB NOT NULL UNIQUE, sealed BLOB, expires_at BIGINT, created_at BIGINT NOT NULL)`,
      'CREATE INDEX api_keys_account ON api_keys (account_id)',
      `CREATE TABLE smtp_credentials (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, name TEXT NOT NULL, username TEXT NOT NULL UNIQUE,
        mac BLOB NOT NULL, created_at BIGINT NOT NULL)`,
      'CREATE INDEX smtp_credentials_account ON smtp_credentials (account_id)',
      `CREATE TABLE domains (name TEXT PRIMARY KEY, account_id TEXT NOT NULL, state TEXT NOT NULL, forced INTEGER NOT NULL DEFAULT 0,
        challenge TEXT NOT NULL, tls TEXT NOT NULL, checked TEXT, created_at BIGINT NOT NULL, verified_at BIGINT, checked_at BIGINT,
        missing_since BIGINT)`,
      'CREATE INDEX domains_account ON domains (account_id)',
      `CREATE TABLE dkim_keys (domain TEXT NOT NULL, selector TEXT NOT NULL, algorithm TEXT NOT NULL, sealed BLOB NOT NULL,
        public TEXT NOT NULL, state TEXT NOT NULL, retire_at BIGINT, created_at BIGINT NOT NULL, PRIMARY KEY (domain, selector))`,
      `CREATE TABLE routes (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, match TEXT NOT NULL, action TEXT NOT NULL, on_spam TEXT NOT NULL,
        on_virus TEXT NOT NULL, on_unscannable TEXT NOT NULL, on_dmarc_fail TEXT NOT NULL, include_raw INTEGER NOT NULL,
        state TEXT NOT NULL, secret BLOB, confirm_mac BLOB, created_at BIGINT NOT NULL, UNIQUE (account_id, match))`,
      'CREATE INDEX routes_match ON routes (match)',

      // The blocked library. account_id '' = the operator's, for all.
      `CREATE TABLE blocked (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, action TEXT NOT NULL, pattern TEXT NOT NULL, kind TEXT NOT NULL,
        direction TEXT NOT NULL, reason TEXT, source TEXT NOT NULL, class TEXT, expires_at BIGINT, created_at BIGINT NOT NULL,
        UNIQUE (account_id, action, pattern, direction))`,
      'CREATE INDEX blocked_pattern ON blocked (pattern)',

      // Mail: what is kept of it (metadata), who it is for (recipients: the queue too), and the sealed content while it waits.
      `CREATE TABLE emails (id TEXT PRIMARY KEY, account_id TEXT, direction TEXT NOT NULL, door TEXT NOT NULL, mail_from TEXT NOT NULL,
        from_domain TEXT NOT NULL, message_id TEXT NOT NULL, size BIGINT NOT NULL, accepted_at BIGINT NOT NULL, send_at BIGINT,
        expires_at BIGINT NOT NULL, tls TEXT NOT NULL, flags TEXT NOT NULL, tags TEXT NOT NULL, record TEXT NOT NULL,
        epoch BIGINT, wrapped BLOB, final_at BIGINT)`,
      'CREATE INDEX emails_account ON emails (account_id, id)',
      'CREATE INDEX emails_message_id ON emails (message_id)',
      'CREATE INDEX emails_epoch ON emails (epoch) WHERE epoch IS NOT NULL',
      `CREATE TABLE recipients (email_id TEXT NOT NULL, n INTEGER NOT NULL, address TEXT NOT NULL, account_id TEXT, orcpt TEXT, notify TEXT,
        lane TEXT NOT NULL, target TEXT NOT NULL, route_id TEXT, state TEXT NOT NULL, held_for TEXT, due_at BIGINT, owner TEXT, fence BIGINT NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0, unknown_since BIGINT, PRIMARY KEY (email_id, n))`,
      'CREATE INDEX recipients_due ON recipients (lane, due_at) WHERE due_at IS NOT NULL AND owner IS NULL',
      'CREATE INDEX recipients_owned ON recipients (owner) WHERE owner IS NOT NULL',
      'CREATE INDEX recipients_address ON recipients (address)',
      'CREATE TABLE content (email_id TEXT NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL, put_at BIGINT NOT NULL, PRIMARY KEY (email_id, n))',
      `CREATE TABLE epochs (id BIGINT PRIMARY KEY, slot INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, opened_at BIGINT NOT NULL,
        closes_at BIGINT NOT NULL, first_final_at BIGINT, destroyed_at BIGINT)`,
      'CREATE TABLE usage (account_id TEXT NOT NULL, day BIGINT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (account_id, day))',
      `CREATE TABLE idempotency (key_mac BLOB PRIMARY KEY, body_mac BLOB NOT NULL, status INTEGER, answer TEXT, created_at BIGINT NOT NULL)`,

      // What is told.
      `CREATE TABLE events (seq SERIAL PRIMARY KEY, id TEXT NOT NULL, at BIGINT NOT NULL, type TEXT NOT NULL, account_id TEXT,
        email_id TEXT, recipient TEXT, data TEXT NOT NULL)`,
      'CREATE INDEX events_email ON events (email_id) WHERE email_id IS NOT NULL',
      'CREATE INDEX events_account ON events (account_id, seq)',
      `CREATE TABLE webhooks (id TEXT PRIMARY KEY, account_id TEXT, url TEXT NOT NULL, events TEXT NOT NULL, secret BLOB NOT NULL,
        old_secret BLOB, old_until BIGINT, state TEXT NOT NULL, position BIGINT NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
        failing_since BIGINT, next_at BIGINT, created_at BIGINT NOT NULL)`,
      `CREATE TABLE refusals (seq SERIAL PRIMARY KEY, at BIGINT NOT NULL, door TEXT NOT NULL, peer TEXT NOT NULL, stage TEXT NOT NULL,
        reason TEXT NOT NULL, code INTEGER NOT NULL, account_id TEXT, sender TEXT, recipient TEXT)`,
      `CREATE TABLE audit (seq SERIAL PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL,
        detail TEXT)`,
    ],
  },
  {
    number: 2,
    name: 'learning',
    statements: [
      // What the filter was taught: sealed weights by account, '' = the installation. `version` never goes back, also over a reset (sealed
      // is NULL then), so that a lesson that was computed from other weights is known.
      `CREATE TABLE learned (account_id TEXT PRIMARY KEY, version BIGINT NOT NULL, lessons BIGINT NOT NULL, bytes BIGINT NOT NULL,
        sealed BLOB, updated_at BIGINT NOT NULL)`,
      // Campaigns that somebody marked, for a day.
      `CREATE TABLE marks (seq SERIAL PRIMARY KEY, account_id TEXT NOT NULL, sketch BLOB NOT NULL, label TEXT NOT NULL, at BIGINT NOT NULL)`,
      'CREATE INDEX marks_account ON marks (account_id, seq)',
      'CREATE INDEX marks_at ON marks (at)',
      // The fingerprint of a mail, until a day after it is final; the index holds those that can be forgotten.
      'ALTER TABLE emails ADD COLUMN sketch BLOB',
      'CREATE INDEX emails_sketch ON emails (final_at) WHERE sketch IS NOT NULL AND final_at IS NOT NULL',
    ],
  },
  {
    number: 3,
    name: 'paces',
    statements: [
      // What was learned of each pair of sending IP ('' = the system's) and mailbox provider; `day` and `used`: how much of the day's cap is gone.
      `CREATE TABLE paces (ip TEXT NOT NULL, provider TEXT NOT NULL, day BIGINT NOT NULL, used BIGINT NOT NULL, state TEXT NOT NULL,
        updated_at BIGINT NOT NULL, PRIMARY KEY (ip, provider))`,
    ],
  },
];

/** The statement in the dialect's own words. */
export function inDialect(sql: string, dialect: 'sqlite' | 'postgres'): string {
  if (dialect === 'postgres') return sql.replaceAll('SERIAL', 'BIGSERIAL').replaceAll('BLOB', 'BYTEA');
  const text = sql.replaceAll('SERIAL PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT').replaceAll('BIGINT', 'INTEGER');
  return /PRIMARY KEY \((email_id|account_id|domain), /.test(text) && !text.includes('TABLE content') ? `${text} WITHOUT ROWID` : text;
}
