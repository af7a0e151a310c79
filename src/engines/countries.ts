// The country of an address, from a file of the operator's in MaxMind DB format (SESAME_COUNTRIES): that of MaxMind, DB-IP, IPinfo or others.
import { readFileSync, statSync } from 'node:fs';
import { Reader } from 'mmdb-lib';
import { errorText } from './log.ts';
import type { Log } from './types.ts';

/** ISO 3166-1 alpha-2 in upper case; null: not known. */
export type CountryOf = (ip: string) => string | null;
export type CountryFile = { readonly of: CountryOf; readonly builtAt: Date };

/** The shapes that the makers of such files have. */
type Row = { readonly country?: string | { readonly iso_code?: string }; readonly country_code?: string };

/** Reads the file whole, a few MB. The fault names the setting, the file and what is wanted. */
export function readCountryFile(path: string): CountryFile | { readonly fault: string } {
  const fault = (why: string): { readonly fault: string } => ({ fault: `SESAME_COUNTRIES: ${path} ${why}` });
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return fault('cannot be read');
  }
  try {
    const reader = new Reader<never>(bytes);
    return { of: ip => codeOf(reader.get(ip.replace(/^::ffff:(?=\d+\.)/i, ''))), builtAt: reader.metadata.buildEpoch };
  } catch {
    return fault('is no file in MaxMind DB format (.mmdb)');
  }
}

function codeOf(row: Row | null): string | null {
  const code = typeof row?.country === 'string' ? row.country : (row?.country?.iso_code ?? row?.country_code);
  return code && /^[a-z]{2}$/i.test(code) ? code.toUpperCase() : null;
}

/** `path`: null = no country is known. A file that was replaced is read again at the next question; if that is none, the one before is kept. */
export function newCountries(path: string | null, log: Log): CountryOf {
  if (path === null) return () => null;
  let [of, readAt]: [CountryOf, number | undefined] = [() => null, undefined];
  return ip => {
    const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? readAt;
    if (changedAt !== readAt) {
      readAt = changedAt;
      const read = readCountryFile(path);
      if ('fault' in read) log.error('the file of countries cannot be used, the one before is kept', { error: read.fault });
      else of = read.of;
    }
    try {
      return of(ip);
    } catch (error) {
      // A file that is broken inside costs a country, never the login that asked.
      log.error('the file of countries is damaged', { error: errorText(error) });
      return null;
    }
  };
}
