// The resolver's seam: answers as values, a budget for each message, AD only where the upstream is trusted.

export type RecordType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'PTR' | 'TLSA' | 'CNAME' | 'NS';

/** MX: {exchange, preference}; TXT: one string a record (latin-1, joined); A, AAAA, PTR, CNAME: text. */
export type MxRecord = { readonly exchange: string; readonly preference: number };
export type TlsaRecord = { readonly usage: number; readonly selector: number; readonly matchingType: number; readonly certificate: Buffer };
export type RecordValue<T extends RecordType> = T extends 'MX' ? MxRecord : T extends 'TLSA' ? TlsaRecord : string;

export type DnsAnswer<T extends RecordType = RecordType> =
  /** `canonical`: the name at the end of the CNAMEs in the answer. */
  | {
      readonly kind: 'records';
      readonly records: readonly RecordValue<T>[];
      readonly ad: boolean;
      readonly ttlSeconds: number;
      readonly canonical: string;
    }
  | { readonly kind: 'nodata' | 'nxdomain'; readonly ad: boolean; readonly ttlSeconds: number }
  | { readonly kind: 'servfail' | 'timeout' | 'budget' };

/** Look-ups that one message may cause; shared by SPF, DKIM, DMARC and ARC. */
export type Budget = {
  readonly take: () => boolean;
  readonly left: () => number;
  /** Ask anew, whatever is remembered: somebody published a record and wants to know whether it is there. */
  readonly fresh?: boolean;
};

export type Resolver = {
  readonly lookUp: <T extends RecordType>(name: string, type: T, budget?: Budget) => Promise<DnsAnswer<T>>;
  readonly close: () => void;
};

export function newBudget(queries: number, fresh = false): Budget {
  let left = queries;
  return { take: () => left-- > 0, left: () => Math.max(0, left), fresh };
}
