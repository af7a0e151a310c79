// Every resource of the API; adding one = one file and one line.
import { files } from './console/files.ts';
import { preview } from './console/preview.ts';
import { session } from './console/session.ts';
import { stream } from './console/stream.ts';
import { accounts } from './resources/accounts.ts';
import { audit } from './resources/audit.ts';
import { batches } from './resources/batches.ts';
import { blocked } from './resources/blocked.ts';
import { blockedLists } from './resources/blocked-lists.ts';
import { confirm } from './resources/confirm.ts';
import { credentials } from './resources/credentials.ts';
import { destinations } from './resources/destinations.ts';
import { dmarcReports } from './resources/dmarc-reports.ts';
import { docs } from './resources/docs.ts';
import { doctor } from './resources/doctor.ts';
import { domainPolicy } from './resources/domain-policy.ts';
import { domainSeen } from './resources/domain-seen.ts';
import { domains } from './resources/domains.ts';
import { emails } from './resources/emails.ts';
import { events } from './resources/events.ts';
import { dnsLists } from './resources/dns-lists.ts';
import { feeds } from './resources/feeds.ts';
import { feedback } from './resources/feedback.ts';
import { health } from './resources/health.ts';
import { keys } from './resources/keys.ts';
import { learned } from './resources/learned.ts';
import { links } from './resources/links.ts';
import { lists } from './resources/lists.ts';
import { limits } from './resources/limits.ts';
import { pools } from './resources/pools.ts';
import { recipients } from './resources/recipients.ts';
import { refusals } from './resources/refusals.ts';
import { reputation } from './resources/reputation.ts';
import { routes } from './resources/routes.ts';
import { routeTry } from './resources/route-try.ts';
import { scan } from './resources/scan.ts';
import { score } from './resources/score.ts';
import { scoreMail } from './resources/score-mail.ts';
import { send } from './resources/send.ts';
import { sendingIps } from './resources/sending-ips.ts';
import { standing } from './resources/standing.ts';
import { statistics } from './resources/statistics.ts';
import { signUp } from './resources/sign-up.ts';
import { templates } from './resources/templates.ts';
import { tlsReports } from './resources/tls-reports.ts';
import { tls } from './resources/tls.ts';
import { shaping } from './resources/shaping.ts';
import { webhooks } from './resources/webhooks.ts';
import { wellKnown } from './resources/well-known.ts';
import type { Resource } from './types.ts';

export const resources: readonly Resource[] = [
  send,
  emails,
  templates,
  lists,
  batches,
  scan,
  score,
  scoreMail,
  feedback,
  learned,
  domains,
  destinations,
  domainPolicy,
  domainSeen,
  keys,
  credentials,
  routes,
  routeTry,
  confirm,
  blocked,
  blockedLists,
  feeds,
  dnsLists,
  events,
  statistics,
  reputation,
  webhooks,
  accounts,
  standing,
  signUp,
  refusals,
  tlsReports,
  dmarcReports,
  shaping,
  audit,
  doctor,
  recipients,
  links,
  limits,
  sendingIps,
  pools,
  tls,
  wellKnown,
  health,
  docs,
  session,
  stream,
  preview,
  files,
];
