// Thin clients of the API's collections: `sesame account create --name x`, `sesame blocked list` … Fields are options; what a field is and
// may be is the API's to say.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { call, show, type Call } from '../client.ts';
import { Usage, type Command } from '../command.ts';
import { IMPORT_USAGE, importBlocked } from './blocked-import.ts';

type Verb = { readonly usage: string } & (
  | { readonly call: (ask: Ask) => Omit<Call, 'account'> }
  /** Does all of it itself. */
  | { readonly run: (args: readonly string[]) => Promise<number> }
);
type Ask = { readonly id: string; readonly fields: Readonly<Record<string, unknown>> };

/** Fields are a query, `list --peer 192.0.2.1`: what the API does not know it refuses, so that a misspelt filter never shows everything. */
const get = (usage: string, path: (id: string) => string, fixed: Ask['fields'] = {}): Verb => ({
  usage,
  call: ({ id, fields }) => {
    const query = new URLSearchParams(Object.entries({ ...fixed, ...fields }).map(([name, value]) => [name, String(value)])).toString();
    return { method: 'GET', path: `${path(encodeURIComponent(id))}${query === '' ? '' : `?${query}`}` };
  },
});
const crud = (path: string, id = 'ID'): Readonly<Record<string, Verb>> => ({
  list: get('list', () => path),
  show: get(`show ${id}`, one => `${path}/${one}`),
  create: { usage: 'create --FIELD VALUE …', call: ({ fields }) => ({ method: 'POST', path, body: fields }) },
  delete: { usage: `delete ${id}`, call: ({ id }) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }) },
});
const post = (path: string, verb: string, usage: string): Verb => ({
  usage,
  call: ({ id, fields }) => ({ method: 'POST', path: `${path}/${encodeURIComponent(id)}/${verb}`, body: fields }),
});
const patch = (path: string): Verb => ({
  usage: 'set ID --FIELD VALUE …',
  call: ({ id, fields }) => ({ method: 'PATCH', path: `${path}/${encodeURIComponent(id)}`, body: fields }),
});
const IPS = '/v1/sending-ips';
const patchIp = (usage: string, body: (fields: Ask['fields']) => unknown): Verb => ({
  usage,
  call: ({ id, fields }) => ({ method: 'PATCH', path: `${IPS}/${encodeURIComponent(id)}`, body: body(fields) }),
});
const importRecipients: Verb = {
  usage: 'import ID --file FILE.csv|FILE.ndjson',
  call: ({ id, fields }) => {
    if (typeof fields['file'] !== 'string') throw new Usage('usage: sesame list import ID --file FILE.csv|FILE.ndjson');
    const type = fields['file'].endsWith('.csv') ? 'text/csv' : 'application/x-ndjson';
    return {
      method: 'POST',
      path: `/v1/lists/${encodeURIComponent(id)}/recipients`,
      stream: Readable.toWeb(createReadStream(fields['file'])),
      type,
    };
  },
};
export const collections: Readonly<Record<string, Command>> = {
  account: collection('account', 'accounts: make, set, suspend, reinstate, their standing and levels', {
    ...crud('/v1/accounts'),
    set: patch('/v1/accounts'),
    suspend: post('/v1/accounts', 'suspend', 'suspend ID --reason TEXT'),
    reinstate: post('/v1/accounts', 'reinstate', 'reinstate ID --note TEXT'),
    list: get('list [--state active|warned|limited|suspended]', () => '/v1/accounts'),
    'dry-run': get('dry-run ID [--from TIME] [--to TIME]', id => `/v1/accounts/${id}/standing/dry-run`),
    moves: get('moves ID', id => `/v1/accounts/${id}/level-moves`),
    standing: get('standing ID', id => `/v1/accounts/${id}/standing`),
  }),
  key: collection('key', 'API keys of an account, or the operator’s', crud('/v1/keys')),
  credential: collection('credential', 'SMTP user names and passwords of an account', crud('/v1/smtp-credentials')),
  domain: collection('domain', 'sending domains: records, verification', {
    ...crud('/v1/domains', 'NAME'),
    set: patch('/v1/domains'),
    verify: post('/v1/domains', 'verify', 'verify NAME [--force true]'),
  }),
  destination: collection('destination', 'TLS by destination', {
    ...crud('/v1/destinations', 'NAME'),
    set: patch('/v1/destinations'),
  }),
  blocked: collection('blocked', 'the blocked library', {
    ...crud('/v1/blocked'),
    list: get('list [--pattern P] [--prefix TEXT] [--list NAME] [--class CLASS] [--since T] [--until T]', () => '/v1/blocked'),
    check: {
      usage: 'check ADDRESS [--group NAME]',
      call: ({ id, fields }) => ({ method: 'POST', path: '/v1/blocked/check', body: { ...fields, address: id } }),
    },
    import: { usage: IMPORT_USAGE, run: importBlocked },
    export: get('export [--format csv|ndjson] [--list NAME]', () => '/v1/blocked/export'),
    lists: get('lists', () => '/v1/blocked/lists'),
    remove: {
      usage: 'remove NAME (a whole list)',
      call: ({ id }) => ({ method: 'DELETE', path: `/v1/blocked/lists/${encodeURIComponent(id)}` }),
    },
    imports: get('imports', () => '/v1/blocked/imports'),
  }),
  feed: collection('feed', 'lists of blocked addresses that are pulled on a schedule', {
    ...crud('/v1/feeds'),
    set: patch('/v1/feeds'),
    pull: post('/v1/feeds', 'pull', 'pull ID [--force true]'),
  }),
  refusal: collection('refusal', 'what was refused, and why', {
    list: get('list [--peer IP] [--sender A] [--recipient A] [--domain D] [--reason R] [--since T] [--until T]', () => '/v1/refusals'),
  }),
  route: collection('route', 'inbound routes', {
    ...crud('/v1/inbound/routes'),
    set: patch('/v1/inbound/routes'),
    confirm: post('/v1/inbound/routes', 'confirm', 'confirm ID --force true'),
  }),
  email: collection('email', 'mail: states and attempts, never content', {
    list: get('list [--recipient A] [--state S] [--direction in|out] [--tag T] [--batch ID] [--since T] [--until T]', () => '/v1/emails'),
    show: get('show ID', id => `/v1/emails/${id}`),
    cancel: post('/v1/emails', 'cancel', 'cancel ID'),
    release: post('/v1/emails', 'release', 'release ID'),
    discard: post('/v1/emails', 'discard', 'discard ID'),
  }),
  ip: collection('ip', 'sending IPs: states, checks, rest', {
    list: get('list', () => IPS),
    show: get('show IP', ip => `${IPS}/${ip}`),
    check: { usage: 'check IP', call: ({ id }) => ({ method: 'POST', path: `${IPS}/${encodeURIComponent(id)}/check` }) },
    rest: patchIp('rest IP --reason TEXT', ({ reason, ...more }) => ({ ...more, rest: reason })),
    resume: patchIp('resume IP', fields => ({ ...fields, resume: true })),
    warm: patchIp('warm IP', fields => ({ ...fields, warm: true })),
    set: patchIp('set IP --pool NAME', fields => fields),
  }),
  pool: collection('pool', 'pools of sending IPs, and who may name them', {
    ...crud('/v1/pools', 'NAME'),
    set: { ...patch('/v1/pools'), usage: `set NAME --ips '["IP"]' --accounts '["ID"]'` },
  }),
  template: collection('template', 'templates: kept sealed, reviewed when saved', {
    ...crud('/v1/templates'),
    set: patch('/v1/templates'),
    render: post('/v1/templates', 'render', `render ID --data '{"name":"VALUE"}'`),
  }),
  list: collection('list', 'recipient lists: sealed, filled by imports', {
    ...crud('/v1/lists'),
    set: patch('/v1/lists'),
    import: importRecipients,
    recipients: get('recipients ID [--address A]', id => `/v1/lists/${id}/recipients`),
  }),
  batch: collection('batch', 'batches to a list: now, later, repeatedly', {
    list: get('list', () => '/v1/batches'),
    show: get('show ID', id => `/v1/batches/${id}`),
    create: {
      usage: 'create --from … --list … --template {"id":"…"} --FIELD VALUE …',
      call: ({ fields }) => ({ method: 'POST', path: '/v1/batches', body: fields }),
    },
    pause: post('/v1/batches', 'pause', 'pause ID'),
    resume: post('/v1/batches', 'resume', 'resume ID'),
    cancel: post('/v1/batches', 'cancel', 'cancel ID'),
    delete: { usage: 'delete ID', call: ({ id }) => ({ method: 'DELETE', path: `/v1/batches/${encodeURIComponent(id)}` }) },
  }),
  event: collection('event', 'what happened, oldest first', {
    list: get('list [--type T,T] [--email-id ID] [--recipient A] [--since T] [--after CURSOR]', () => '/v1/events'),
  }),
  webhook: collection('webhook', 'webhooks for events', {
    ...crud('/v1/webhooks'),
    set: patch('/v1/webhooks'),
    rotate: post('/v1/webhooks', 'rotate', 'rotate ID'),
    test: post('/v1/webhooks', 'test', 'test ID'),
    replay: post('/v1/webhooks', 'replay', 'replay ID --since TIME'),
  }),
  'tls-report': collection('tls-report', 'what others report of TLS with our domains, and what we report', {
    list: get('list [--domain D] [--day DAY]', () => '/v1/tls-reports'),
    sent: get('sent [--domain D] [--day DAY]', () => '/v1/tls-reports', { direction: 'out' }),
  }),
  'dmarc-report': collection('dmarc-report', 'what others report of DMARC with our domains', {
    list: get('list [--domain D] [--day DAY]', () => '/v1/dmarc-reports'),
  }),
};

function collection(name: string, summary: string, verbs: Readonly<Record<string, Verb>>): Command {
  const lines = Object.values(verbs).map(verb => `  sesame ${name} ${verb.usage}`);
  const help = `usage:\n${lines.join('\n')}\n\n  --account ID   act for this account (operator key)\n  --json         the API's own answer, lists as one line each\n  --limit N --after CURSOR   of lists: a page of up to 100, and the one behind\n\nValues that are JSON (true, 5, ["a"], {"webhook":"https://…"}) are sent as such, anything else as text.`;
  const run = async (args: readonly string[]): Promise<number> => {
    const [word = 'list', ...rest] = args;
    const verb = verbs[word];
    if (!verb) throw new Usage(`"${word}" is no command of "${name}": ${Object.keys(verbs).join(', ')}`);
    if ('run' in verb) return verb.run(rest);
    const { id, account, json, fields } = read(rest);
    const wantsId = /^[\w-]+ (?:ID|IP|NAME|ADDRESS|FILE)/.test(verb.usage);
    if (wantsId === (id === '')) throw new Usage(`usage: sesame ${name} ${verb.usage}`);
    const asked = verb.call({ id, fields });
    const [unused] = asked.method === 'GET' || asked.body !== undefined || asked.stream !== undefined ? [] : Object.keys(fields);
    if (unused !== undefined) throw new Usage(`--${unused} is not known here. usage: sesame ${name} ${verb.usage}`);
    return show(await call({ ...asked, account }), json);
  };
  return { summary, help, run };
}

/** `--field value` pairs, one bare word, and the two options that all have. */
function read(args: readonly string[]): {
  readonly id: string;
  readonly account: string | undefined;
  readonly json: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
} {
  const fields: Record<string, unknown> = {};
  let [id, json, account]: [string, boolean, string | undefined] = ['', false, undefined];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--json') json = true;
    else if (word.startsWith('--')) {
      const value = args[++i];
      if (value === undefined) throw new Usage(`${word} needs a value`);
      if (word === '--account') account = value;
      else fields[word.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())] = valueOf(value);
    } else if (id === '') id = word;
    else throw new Usage(`"${word}" is one word too many`);
  }
  return { id, account, json, fields };
}

function valueOf(text: string): unknown {
  if (!/^(?:true|false|null|-?\d+(?:\.\d+)?|[[{].*[\]}])$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
