// Structured logs on stderr through pino. Only the fields of LogFields are written: a caller cannot log content by accident.
import { pino } from 'pino';
import type { Log, LogFields } from './types.ts';

const FIELDS: readonly (keyof LogFields)[] = [
  'emailId',
  'accountId',
  'requestId',
  'door',
  'peer',
  'domain',
  'site',
  'reason',
  'code',
  'count',
  'tookMs',
  'state',
  'error',
];
const LONGEST = 200;

export function newLog(level: string, thread: string): Log {
  const logger = pino({ level, base: { thread }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
  const allowed = (fields: LogFields | undefined): Record<string, string | number> => {
    const kept: Record<string, string | number> = {};
    for (const name of FIELDS) {
      const value = fields?.[name];
      if (value !== undefined) kept[name] = typeof value === 'string' ? plain(value) : value;
    }
    return kept;
  };
  return {
    debug: (message, fields) => logger.debug(allowed(fields), message),
    info: (message, fields) => logger.info(allowed(fields), message),
    warn: (message, fields) => logger.warn(allowed(fields), message),
    error: (message, fields) => logger.error(allowed(fields), message),
  };
}

/** No control characters (log injection, terminal escapes), cut. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, LONGEST);
}

/** What may be logged of an error: its name and message, which we or a system call made, never mail. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = (error as { code?: string }).code;
  return `${error.name}${code ? ` ${code}` : ''}: ${error.message}`.slice(0, LONGEST);
}
