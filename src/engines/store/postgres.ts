// PostgreSQL through pg: statements named by their text so that the server keeps their plans, bigint as number, bytea as Buffer.
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Db, Row, Value } from './types.ts';

const INT8 = 20;

/** What both a pg client and PGlite (in tests) can do. */
export type PgClient = {
  readonly query: (text: string, values: readonly Value[]) => Promise<{ readonly rows: readonly Row[]; readonly count: number }>;
};

export function postgresDb(client: PgClient): Db {
  const texts = new Map<string, string>();
  const numbered = (sql: string): string => {
    const kept = texts.get(sql);
    if (kept) return kept;
    let n = 0;
    const text = sql.replace(/\?/g, () => `$${++n}`);
    texts.set(sql, text);
    return text;
  };
  const query = (sql: string, params: readonly Value[] = []) => client.query(numbered(sql), params);
  return {
    dialect: 'postgres',
    all: async <R extends Row>(sql: string, params?: readonly Value[]) => (await query(sql, params)).rows as readonly R[],
    get: async <R extends Row>(sql: string, params?: readonly Value[]) => (await query(sql, params)).rows[0] as R | undefined,
    run: async (sql, params) => (await query(sql, params)).count,
    durable: async on => void (await query(on ? 'RESET synchronous_commit' : 'SET synchronous_commit = off')),
  };
}

const types = {
  getTypeParser: (oid: number, format?: string) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')),
} as never;

type Asked = { readonly name?: string; readonly text: string; readonly values?: Value[] };
type Server = {
  readonly query: (ask: Asked) => Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  readonly end: () => Promise<void>;
};

/** A writer has one connection that is never replaced: a transaction must not go on over a new one. Readers have a pool. */
export async function openPostgres(
  url: string,
  role: 'writer' | 'reader',
): Promise<{ readonly db: Db; readonly close: () => Promise<void> }> {
  const server = role === 'writer' ? await oneConnection(url) : (new pg.Pool({ connectionString: url, max: 4, types }) as Server);
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const kept = names.get(text);
    if (kept) return kept;
    const made = createHash('sha1').update(text).digest('hex');
    names.set(text, made);
    return made;
  };
  const query: PgClient['query'] = async (text, values) => {
    const answer = await server.query(values.length === 0 ? { text } : { name: nameOf(text), text, values: [...values] });
    return { rows: answer.rows as readonly Row[], count: answer.rowCount ?? 0 };
  };
  await query('SELECT 1', []);
  return { db: postgresDb({ query }), close: () => server.end() };
}

async function oneConnection(url: string): Promise<Server> {
  const client = new pg.Client({ connectionString: url, types });
  // A lost connection makes every later query fail, which ends the writer; without a listener it would end the process unsaid.
  client.on('error', () => undefined);
  await client.connect();
  return client as Server;
}
