// Words of feeds and DNS blocklists.
import { plural } from '../shape.ts';

export const feeds = {
  title: 'Feeds',
  note: 'A feed is pulled into a list of its name, which is replaced whole. What was taken last stays in force whatever goes wrong.',
  none: 'Lists of bad senders that others keep are pulled here on a schedule. Read their terms first.',
  add: 'Add a feed',
  change: 'Change',
  name: 'Name',
  nameHint: 'Letters, digits, dot, dash. The list has the same name.',
  url: 'URL',
  urlHint: 'HTTPS. Redirects are not followed; at most 64 MiB in 60 seconds.',
  every: 'Pulled every',
  enabled: 'Pull it on schedule',
  saved: ({ name }: { name: string }) => `${name} is saved and pulled now.`,
  pull: 'Pull now',
  pulled: ({ name }: { name: string }) => `${name} is pulled now.`,
  force: 'Take it as it is',
  pulledAt: 'Last pull',
  nextAt: 'Next pull',
  states: { off: 'off', due: 'being pulled', failed: 'not taken', taken: 'in force' },
  kept: ({ failures, shown }: { failures: number; shown: string }) =>
    plural(failures, `Failed ${shown} time; what it held before stays.`, `Failed ${shown} times; what it held before stays.`),
  remove: 'Remove the feed',
  removeText: 'Its list goes with it, and all its entries are gone at once.',
  removed: ({ name }: { name: string }) => `The feed ${name} is removed.`,
  zones: {
    title: 'DNS blocklists',
    note: 'Asked at the MX about each peer or sender domain. SESAME_MX_DNSBLS and SESAME_MX_DOMAIN_DNSBLS name them. One that does not answer refuses nobody.',
    none: 'None is asked.',
    again: 'Try again',
    zone: 'List',
    asks: 'Asked about',
    asked: { peer: 'peers', domain: 'sender domains' },
    states: { works: 'works', none: 'nothing of IPv6', no_answer: 'no answer', refused: 'refuses this resolver', broken: 'broken' },
  },
} as const;
