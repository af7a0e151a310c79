// The call that does the same as a page, for people to copy; and the header that makes a creating call happen once.
import { newIdempotencyKey } from './api.ts';

export const once = (): Readonly<Record<string, string>> => ({ 'idempotency-key': newIdempotencyKey() });

export const curl = (method: string, path: string, body?: object): string =>
  `curl -X ${method} ${location.origin}${path} -H "Authorization: Bearer $KEY"${body ? ` \\\n  -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'` : ''}`;
