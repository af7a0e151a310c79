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
  {
    number: 4,
    name: 'sending IPs',
    statements: [
      // What routing reads stands in columns, the rest of the state machine (checks, history) in `record`.
      `CREATE TABLE sending_ips (ip TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT, since BIGINT NOT NULL, helo TEXT, pool TEXT NOT NULL,
        record TEXT NOT NULL)`,
      'CREATE TABLE pools (name TEXT PRIMARY KEY, created_at BIGINT NOT NULL)',
      'CREATE TABLE pool_accounts (pool TEXT NOT NULL, account_id TEXT NOT NULL, given_at BIGINT NOT NULL, PRIMARY KEY (pool, account_id))',
      'CREATE INDEX pool_accounts_account ON pool_accounts (account_id)',
      // The pool that an account's mail goes to by the operator's word, and what the operator thinks of it.
      'ALTER TABLE accounts ADD COLUMN pool TEXT',
      "ALTER TABLE accounts ADD COLUMN risk TEXT NOT NULL DEFAULT 'normal'",
    ],
  },
  {
    number: 5,
    name: 'reports of TLS and DMARC',
    statements: [
      // Sessions with other domains by UTC day: sums, `key` is a digest of all that is told of them. result '' = successful.
      `CREATE TABLE tls_results (domain TEXT NOT NULL, day BIGINT NOT NULL, key TEXT NOT NULL, policy_type TEXT NOT NULL,
        policy_domain TEXT NOT NULL, policy TEXT NOT NULL, mx_hosts TEXT NOT NULL, result TEXT NOT NULL, sending_ip TEXT,
        receiving_host TEXT, receiving_ip TEXT, detail TEXT, count BIGINT NOT NULL, PRIMARY KEY (domain, day, key))`,
      'CREATE INDEX tls_results_day ON tls_results (day)',
      // Our report to a domain on a day: one row, so that it is made once.
      `CREATE TABLE tls_reports_out (domain TEXT NOT NULL, day BIGINT NOT NULL, report_id TEXT NOT NULL, state TEXT NOT NULL,
        tries INTEGER NOT NULL, next_at BIGINT, give_up_at BIGINT NOT NULL, destinations TEXT, PRIMARY KEY (domain, day))`,
      'CREATE INDEX tls_reports_out_day ON tls_reports_out (day)',
      'CREATE INDEX tls_reports_out_due ON tls_reports_out (next_at) WHERE next_at IS NOT NULL',
      // What others report of our domains: one row a policy (TLS) or a source and result (DMARC).
      `CREATE TABLE tls_reports_in (seq SERIAL PRIMARY KEY, at BIGINT NOT NULL, domain TEXT NOT NULL, day BIGINT NOT NULL,
        signed INTEGER NOT NULL, reporter TEXT NOT NULL, organization TEXT, report_id TEXT NOT NULL, n INTEGER NOT NULL, from_at BIGINT,
        to_at BIGINT, policy_type TEXT NOT NULL, policy_domain TEXT, policy TEXT NOT NULL, mx_hosts TEXT NOT NULL, successful BIGINT,
        failed BIGINT, failures TEXT NOT NULL, UNIQUE (domain, signed, reporter, report_id, n))`,
      'CREATE INDEX tls_reports_in_at ON tls_reports_in (at)',
      `CREATE TABLE dmarc_reports (seq SERIAL PRIMARY KEY, at BIGINT NOT NULL, domain TEXT NOT NULL, day BIGINT NOT NULL,
        signed INTEGER NOT NULL, reporter TEXT NOT NULL, organization TEXT, report_id TEXT NOT NULL, n INTEGER NOT NULL, from_at BIGINT,
        to_at BIGINT, policy TEXT NOT NULL, source_ip TEXT, header_from TEXT NOT NULL, disposition TEXT NOT NULL, dkim TEXT NOT NULL,
        spf TEXT NOT NULL, count BIGINT NOT NULL, UNIQUE (domain, signed, reporter, report_id, n))`,
      'CREATE INDEX dmarc_reports_at ON dmarc_reports (at)',
    ],
  },
  {
    number: 6,
    name: 'MTA-STS of our domains',
    // none, testing or enforce: the mode of the policy that is served for the domain.
    statements: ["ALTER TABLE domains ADD COLUMN mta_sts TEXT NOT NULL DEFAULT 'testing'"],
  },
  {
    number: 7,
    name: 'turns of the queue',
    statements: [
      // 0 the server's own mail, 1 transactional, 2 bulk. `waits`: why it was put off untried.
      'ALTER TABLE recipients ADD COLUMN priority INTEGER NOT NULL DEFAULT 1',
      'ALTER TABLE recipients ADD COLUMN waits TEXT',
      'DROP INDEX recipients_due',
      `CREATE INDEX recipients_due ON recipients (lane, priority, coalesce(account_id, ''), due_at)
        WHERE due_at IS NOT NULL AND owner IS NULL`,
      // Who has mail waiting, in which lanes, and when to look at it (turns.ts).
      `CREATE TABLE turns (account_id TEXT NOT NULL, priority INTEGER NOT NULL, lane TEXT NOT NULL, due_at BIGINT NOT NULL,
        PRIMARY KEY (account_id, priority, lane))`,
      'CREATE INDEX turns_due ON turns (account_id, priority, due_at)',
      `INSERT INTO turns (account_id, priority, lane, due_at) SELECT coalesce(account_id, ''), priority, lane, min(due_at) FROM recipients
        WHERE due_at IS NOT NULL GROUP BY 1, 2, 3`,
      // Lanes that rest, and why.
      'CREATE TABLE pauses (lane TEXT PRIMARY KEY, until_at BIGINT NOT NULL, why TEXT NOT NULL)',
      // `waiting/STATE`: recipients that wait.
      'CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)',
      `INSERT INTO counters (name, value) SELECT 'waiting/' || state, count(*) FROM recipients WHERE due_at IS NOT NULL GROUP BY state`,
      // Content that was put ahead of its row, until the row is there.
      'CREATE TABLE ahead (email_id TEXT PRIMARY KEY, put_at BIGINT NOT NULL)',
      'DELETE FROM content WHERE email_id NOT IN (SELECT id FROM emails WHERE wrapped IS NOT NULL)',
      // What is asked every second, with every Idempotency-Key or in every purge finds its rows without a scan.
      "CREATE INDEX epochs_alive ON epochs (first_final_at) WHERE state <> 'destroyed'",
      'CREATE INDEX events_other ON events (at) WHERE email_id IS NULL',
      'CREATE INDEX refusals_at ON refusals (at)',
      'CREATE INDEX idempotency_created ON idempotency (created_at)',
    ],
  },
  {
    number: 8,
    name: 'outbound tls',
    statements: [
      'CREATE TABLE destinations (pattern TEXT PRIMARY KEY, level TEXT NOT NULL, names TEXT NOT NULL)',
      // MTA-STS policies of others; without a policy the row only says when fetching failed.
      `CREATE TABLE sts (domain TEXT PRIMARY KEY, policy TEXT, policy_id TEXT, fetched_at BIGINT, failed_at BIGINT, ends_at BIGINT NOT NULL)`,
      'CREATE INDEX sts_ends ON sts (ends_at)',
      'CREATE TABLE peers (host TEXT PRIMARY KEY, offered_at BIGINT, trouble_at BIGINT)',
    ],
  },
  {
    number: 9,
    name: 'unsubscribing',
    statements: [
      // One person may leave several groups, and an entry that ends (a bounce) must not take the place of one that does not: the group is part
      // of what makes an entry one of its own. '' = no group, '*' = all mail of the account. SQLite changes no constraint of a table.
      `CREATE TABLE blocked_by_group (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, action TEXT NOT NULL, pattern TEXT NOT NULL, kind TEXT NOT NULL,
        direction TEXT NOT NULL, reason TEXT, source TEXT NOT NULL, class TEXT, mail_group TEXT NOT NULL DEFAULT '', expires_at BIGINT,
        created_at BIGINT NOT NULL, UNIQUE (account_id, action, pattern, direction, mail_group))`,
      `INSERT INTO blocked_by_group (id, account_id, action, pattern, kind, direction, reason, source, class, expires_at, created_at)
        SELECT id, account_id, action, pattern, kind, direction, reason, source, class, expires_at, created_at FROM blocked`,
      'DROP TABLE blocked',
      'ALTER TABLE blocked_by_group RENAME TO blocked',
      'CREATE INDEX blocked_pattern ON blocked (pattern)',
    ],
  },
  {
    number: 10,
    name: 'automatic entries',
    statements: [
      // kind `hash`: an entry that made itself; `pattern` is a keyed hash, `sealed` whose it is and why, until it is over. `times`: which
      // repeat it is; told_first, told_last: when the recipient's own mail host told the account so.
      'ALTER TABLE blocked ADD COLUMN sealed BLOB',
      'ALTER TABLE blocked ADD COLUMN times INTEGER NOT NULL DEFAULT 1',
      'ALTER TABLE blocked ADD COLUMN told_first BIGINT',
      'ALTER TABLE blocked ADD COLUMN told_last BIGINT',
      'CREATE INDEX blocked_sealed ON blocked (expires_at) WHERE sealed IS NOT NULL',
      "CREATE INDEX blocked_hashed ON blocked (expires_at) WHERE kind = 'hash'",
      // The table grows by each bounce now: what is asked often names its index whole, so that no planner walks through an account's entries.
      'DROP INDEX blocked_pattern',
      'CREATE INDEX blocked_pattern ON blocked (pattern, account_id)',
      'CREATE INDEX blocked_listed ON blocked (account_id, id)',
      "CREATE INDEX blocked_ranges ON blocked (account_id) WHERE kind = 'cidr'",
    ],
  },
  {
    number: 11,
    name: 'standing',
    statements: [
      // What counts for an account's standing, in order (standing/events.ts), for 30 days.
      'CREATE TABLE standing_events (n SERIAL PRIMARY KEY, account_id TEXT NOT NULL, at BIGINT NOT NULL, event TEXT NOT NULL)',
      'CREATE INDEX standing_events_account ON standing_events (account_id, n)',
      // `live`: as it was at event `through`; `base`: as it was before the oldest event that is kept. look_at: when time alone decides next.
      `CREATE TABLE standing (account_id TEXT PRIMARY KEY, base TEXT NOT NULL, base_through BIGINT NOT NULL, live TEXT NOT NULL,
        through BIGINT NOT NULL, look_at BIGINT)`,
      'CREATE INDEX standing_look ON standing (look_at) WHERE look_at IS NOT NULL',
      // Accounts whose waiting mail is being held or let go: what is below this id is still to be done.
      'CREATE TABLE holds (account_id TEXT PRIMARY KEY, below TEXT NOT NULL)',
    ],
  },
  {
    number: 12,
    name: 'lists of the blocked library',
    statements: [
      // A list is a segment and a file of lines in DATA_DIR/library, called after `mark`; `record`: its counts, checksums and widths of ranges.
      `CREATE TABLE library_lists (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, name TEXT NOT NULL, feed TEXT, mark TEXT NOT NULL,
        entries BIGINT NOT NULL, record TEXT NOT NULL, made_at BIGINT NOT NULL, UNIQUE (account_id, name))`,
      // Entries that were taken out of a list, by the key of their look-up.
      'CREATE TABLE library_removed (seq SERIAL PRIMARY KEY, list_id TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (list_id, key))',
      // Imports that wait, run or are over; `how`: format and what holds for its lines, `told`: counts and bad lines.
      `CREATE TABLE library_imports (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, list TEXT NOT NULL, feed TEXT, how TEXT NOT NULL,
        state TEXT NOT NULL, told TEXT, fault TEXT, created_at BIGINT NOT NULL, ended_at BIGINT)`,
      'CREATE INDEX library_imports_account ON library_imports (account_id, id)',
      "CREATE INDEX library_imports_open ON library_imports (id) WHERE state IN ('waiting', 'running')",
      // Lists that are pulled; `record`: where, how often, what came of it.
      'CREATE TABLE feeds (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, due_at BIGINT NOT NULL, record TEXT NOT NULL)',
      // What is asked of the log of refusals, each newest first. `domain`: of the recipient; `detail`: which list or entry.
      'ALTER TABLE refusals ADD COLUMN domain TEXT',
      'ALTER TABLE refusals ADD COLUMN detail TEXT',
      'CREATE INDEX refusals_account ON refusals (account_id, seq) WHERE account_id IS NOT NULL',
      'CREATE INDEX refusals_account_reason ON refusals (account_id, reason, seq) WHERE account_id IS NOT NULL',
      'CREATE INDEX refusals_peer ON refusals (peer, seq)',
      'CREATE INDEX refusals_sender ON refusals (sender, seq)',
      'CREATE INDEX refusals_recipient ON refusals (recipient, seq)',
      'CREATE INDEX refusals_domain ON refusals (domain, seq)',
      'CREATE INDEX refusals_reason ON refusals (reason, seq)',
    ],
  },
  {
    number: 13,
    name: 'statistics',
    statements: [
      // Counters by quarter of an hour (`slot`, since 1970), from the events (tally.ts). account_id '' = all, without domains.
      `CREATE TABLE statistics (account_id TEXT NOT NULL, slot BIGINT NOT NULL, domain TEXT NOT NULL, provider TEXT NOT NULL, ip TEXT NOT NULL,
        measure TEXT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (account_id, slot, domain, provider, ip, measure))`,
      'CREATE INDEX statistics_slot ON statistics (slot)',
      // Searching: events by type, by recipient; mail by recipient, by what is not the rule (state, not final yet) and by tag, newest first.
      'CREATE INDEX events_account_type ON events (account_id, type, seq)',
      'CREATE INDEX events_type ON events (type, seq)',
      'CREATE INDEX events_recipient ON events (recipient, seq) WHERE recipient IS NOT NULL',
      'DROP INDEX recipients_address',
      'CREATE INDEX recipients_address ON recipients (address, email_id)',
      "CREATE INDEX recipients_state ON recipients (state, email_id) WHERE state NOT IN ('queued', 'delivered')",
      "CREATE INDEX recipients_account_state ON recipients (account_id, state, email_id) WHERE state NOT IN ('queued', 'delivered')",
      'CREATE INDEX emails_waiting ON emails (account_id, id) WHERE final_at IS NULL',
      `CREATE TABLE email_tags (account_id TEXT NOT NULL, tag TEXT NOT NULL, email_id TEXT NOT NULL, PRIMARY KEY (account_id, tag, email_id))`,
    ],
  },
  {
    number: 14,
    name: 'levels and sandbox',
    statements: [
      // per_day, per_second: -1 = by the rule (src/levels/quota.ts). frequency: JSON, 'off', or null = by the rule.
      'ALTER TABLE accounts ADD COLUMN sandbox INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE accounts ADD COLUMN signed_up INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE accounts ADD COLUMN frequency TEXT',
      'UPDATE accounts SET per_day = -1 WHERE per_day = 50000',
      'UPDATE accounts SET per_second = -1 WHERE per_second = 50',
      'CREATE INDEX accounts_signed_up ON accounts (contact) WHERE signed_up = 1',
      // `day`: the first UTC day that is not judged to its end.
      `CREATE TABLE levels (account_id TEXT NOT NULL, domain TEXT NOT NULL, level INTEGER NOT NULL, day BIGINT NOT NULL, since BIGINT NOT NULL,
        PRIMARY KEY (account_id, domain))`,
      `CREATE TABLE level_moves (account_id TEXT NOT NULL, domain TEXT NOT NULL, at BIGINT NOT NULL, n INTEGER NOT NULL,
        from_level INTEGER NOT NULL, to_level INTEGER NOT NULL, day BIGINT NOT NULL, by_what TEXT NOT NULL, sums TEXT NOT NULL,
        PRIMARY KEY (account_id, at, domain, n))`,
      'CREATE INDEX level_moves_at ON level_moves (at)',
      'CREATE TABLE usage_domains (account_id TEXT NOT NULL, domain TEXT NOT NULL, day BIGINT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (account_id, domain, day))',
      'CREATE INDEX usage_domains_day ON usage_domains (day)',
      // Whom an account may write to only so often: a keyed hash of the person, and when the mail was to go.
      'ALTER TABLE recipients ADD COLUMN person BLOB',
      'ALTER TABLE recipients ADD COLUMN person_at BIGINT',
      // Whose turn is on a later day, for its quota.
      'ALTER TABLE recipients ADD COLUMN booked_at BIGINT',
      'CREATE INDEX recipients_person ON recipients (person, person_at) WHERE person IS NOT NULL',
      // Mail that waits for its quota.
      "CREATE INDEX recipients_quota ON recipients (account_id, due_at) WHERE waits = 'quota' AND due_at IS NOT NULL",
    ],
  },
  {
    number: 15,
    name: 'templates, lists and batches',
    statements: [
      // What an account keeps on purpose: sealed whole, whatever a person wrote.
      `CREATE TABLE templates (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
        sealed BLOB NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)`,
      'CREATE INDEX templates_account ON templates (account_id, id)',
      // `sealed`: name and the key of the list, under which its recipients are sealed. batch_id: of one batch alone, seen by nobody else.
      // Without account and key: removed, and going.
      `CREATE TABLE lists (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, batch_id TEXT, sealed BLOB, count BIGINT NOT NULL DEFAULT 0,
        next_n BIGINT NOT NULL DEFAULT 1, created_at BIGINT NOT NULL)`,
      'CREATE INDEX lists_account ON lists (account_id, id)',
      // `mac`: keyed hash of the address. `n`: place in the list, never used again.
      `CREATE TABLE list_recipients (list_id TEXT NOT NULL, mac BLOB NOT NULL, n BIGINT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (list_id, mac))`,
      'CREATE INDEX list_recipients_n ON list_recipients (list_id, n)',
      'CREATE INDEX list_recipients_mac ON list_recipients (mac)',
      // planned_at: when this run was due, or the next is; next_at: when somebody looks again; position: places up to here are done.
      `CREATE TABLE batches (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, list_id TEXT NOT NULL, state TEXT NOT NULL, why TEXT,
        run INTEGER NOT NULL DEFAULT 0, planned_at BIGINT NOT NULL, next_at BIGINT, position BIGINT NOT NULL DEFAULT 0, cycle TEXT,
        counts TEXT NOT NULL, sealed BLOB NOT NULL, created_at BIGINT NOT NULL, started_at BIGINT, ended_at BIGINT)`,
      'CREATE INDEX batches_account ON batches (account_id, id)',
      'CREATE INDEX batches_due ON batches (next_at) WHERE next_at IS NOT NULL',
      'CREATE INDEX batches_list ON batches (list_id)',
      // Places behind the position whose mail is queued already: one row in the commit of each mail, until the position has passed.
      'CREATE TABLE batch_marks (batch_id TEXT NOT NULL, run INTEGER NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (batch_id, run, n))',
      'ALTER TABLE emails ADD COLUMN batch_id TEXT',
      'CREATE INDEX emails_batch ON emails (batch_id, id) WHERE batch_id IS NOT NULL',
    ],
  },
  {
    number: 16,
    name: 'hosts of links, answers of webhooks, scores by mail',
    statements: [
      // The tenant's own host for links; tracking_since: since when its name leads to us, null = it does not.
      'ALTER TABLE domains ADD COLUMN tracking_host TEXT',
      'ALTER TABLE domains ADD COLUMN tracking_since BIGINT',
      'CREATE UNIQUE INDEX domains_tracking_host ON domains (tracking_host) WHERE tracking_host IS NOT NULL',
      // The last answer of an endpoint (status, or why there was none), and why it is off.
      'ALTER TABLE webhooks ADD COLUMN last_at BIGINT',
      'ALTER TABLE webhooks ADD COLUMN last_status INTEGER',
      'ALTER TABLE webhooks ADD COLUMN last_failure TEXT',
      'ALTER TABLE webhooks ADD COLUMN disabled_reason TEXT',
      // Addresses that mail is sent to for a score, by the MAC of their token, and what was found: ids and places, no words of the mail.
      `CREATE TABLE score_addresses (token_mac TEXT PRIMARY KEY, account_id TEXT NOT NULL, language TEXT NOT NULL, created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL)`,
      'CREATE INDEX score_addresses_account ON score_addresses (account_id, expires_at)',
      'CREATE INDEX score_addresses_expires ON score_addresses (expires_at)',
      `CREATE TABLE score_results (id TEXT PRIMARY KEY, token_mac TEXT NOT NULL, at BIGINT NOT NULL, expires_at BIGINT NOT NULL, result TEXT NOT NULL)`,
      'CREATE INDEX score_results_token ON score_results (token_mac, id)',
      'CREATE INDEX score_results_expires ON score_results (expires_at)',
    ],
  },
  {
    number: 17,
    name: 'sessions of the console',
    statements: [
      `CREATE TABLE sessions (id_mac BLOB PRIMARY KEY, key_id TEXT NOT NULL, account_id TEXT, created_at BIGINT NOT NULL,
        last_used_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)`,
      'CREATE INDEX sessions_key ON sessions (key_id)',
      // For which account an operator acted, and by which request.
      'ALTER TABLE audit ADD COLUMN account_id TEXT',
      'ALTER TABLE audit ADD COLUMN request_id TEXT',
      'CREATE INDEX audit_account ON audit (account_id, seq) WHERE account_id IS NOT NULL',
    ],
  },
  {
    number: 18,
    name: 'use of keys and SMTP logins',
    statements: [
      // The first characters of a key, by which a person knows it; null: of before, or chosen by the operator.
      'ALTER TABLE api_keys ADD COLUMN prefix TEXT',
      'ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT',
      'ALTER TABLE smtp_credentials ADD COLUMN last_used_at BIGINT',
    ],
  },
  {
    number: 19,
    name: 'addresses are found in any case',
    statements: [
      // Mail and events keep an address as it was written; nobody who asks for it knows how that was.
      'DROP INDEX recipients_address',
      'CREATE INDEX recipients_address ON recipients (lower(address), email_id)',
      'DROP INDEX events_recipient',
      'CREATE INDEX events_recipient ON events (lower(recipient), seq) WHERE recipient IS NOT NULL',
      'UPDATE refusals SET sender = lower(sender), recipient = lower(recipient)',
      // Entries of the blocked library by what made them.
      'CREATE INDEX blocked_class ON blocked (account_id, class, id)',
    ],
  },
];

/** The statement in the dialect's own words. */
export function inDialect(sql: string, dialect: 'sqlite' | 'postgres'): string {
  if (dialect === 'postgres') return sql.replaceAll('SERIAL', 'BIGSERIAL').replaceAll('BLOB', 'BYTEA');
  const text = sql.replaceAll('SERIAL PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT').replaceAll('BIGINT', 'INTEGER');
  return /PRIMARY KEY \((email_id|account_id|domain), /.test(text) && !text.includes('TABLE content') ? `${text} WITHOUT ROWID` : text;
}
