// Where a webhook may point: told when it is set, beside the check of every resolved address before each post (engines/http-client.ts).
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import { insideRanges, peerFilter } from '../engines/addresses.ts';
import { urlFault } from '../engines/http-client.ts';

/** What is wrong with the URL, or null. A name is resolved when it is posted to; an address is judged here. */
export function targetFault(config: Config, text: string): string | null {
  const fault = urlFault(text);
  if (fault) return fault;
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const ip = isIP(host) === 0 ? null : host;
  if (ip && !peerFilter(config.privatePeers, config.allowPrivatePeers)(ip)) return `${ip} may not be reached`;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (url.protocol === 'https:' && (port === 443 || port >= 1024)) return null;
  const opened = config.allowPrivatePeers || (ip ? insideRanges(config.privatePeers)(ip) : config.privatePeers.length > 0);
  return opened ? null : 'https: on port 443 or 1024 and up is needed';
}
