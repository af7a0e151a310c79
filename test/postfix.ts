// Debian's Postfix as a real peer: a private instance on loopback with TLS, a Maildir for one domain and a way back to us.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAEMONS = '/usr/lib/postfix/sbin';

/** Why Postfix cannot run here; false when it can. */
export function noPostfix(): string | false {
  if (!existsSync(join(DAEMONS, 'master'))) return 'Debian package postfix is not installed';
  if (process.getuid?.() !== 0) return 'a private Postfix needs root';
  return false;
}

export type Postfix = {
  readonly port: number;
  /** Every mail that lies in the Maildir, as bytes. */
  readonly mails: () => readonly Buffer[];
  /** Hand a mail to this Postfix by its own sendmail(1), to be relayed on. */
  readonly submit: (from: string, to: string, message: string) => void;
  readonly log: () => string;
  readonly stop: () => void;
};

export type Relay = { readonly domain: string; readonly to: string };
export type PostfixOptions = {
  /** The domains that it sends on to `to` (host:port) with STARTTLS. */
  readonly relays?: readonly Relay[];
  /** The address it listens on. */
  readonly host?: string;
  /** Settings of main.cf that go before ours. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** `takes`: the domain it keeps mail of. */
export function startPostfix(port: number, takes: string, options: PostfixOptions = {}): Postfix {
  const { relays = [], host: listens = '127.0.0.1', settings = {} } = options;
  const folder = mkdtempSync('/tmp/sesame-postfix-');
  const at = (name: string): string => join(folder, name);
  for (const name of ['etc', 'queue', 'data', 'mail', 'log']) mkdirSync(at(name));
  chmodSync(folder, 0o755);
  const [uid, gid] = ['-u', '-g'].map(flag => Number(execFileSync('id', [flag, 'postfix'], { encoding: 'utf8' }))) as [number, number];
  chownSync(at('data'), uid, gid);
  const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  chownSync(at('mail'), nobody, nobody);
  const key = at('etc/key.pem');
  const cert = at('etc/cert.pem');
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=mx.postfix.test'],
    { stdio: 'ignore' },
  );
  const transports = relays.map(({ domain, to }) => `{${domain} = smtp:${to.replace(/^(.*):(\d+)$/, '[$1]:$2')}}`);
  const main = {
    compatibility_level: '3.6',
    queue_directory: at('queue'),
    data_directory: at('data'),
    daemon_directory: DAEMONS,
    command_directory: '/usr/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: at('log/maillog'),
    maillog_file_prefixes: '/tmp',
    multi_instance_enable: 'yes',
    myhostname: 'mx.postfix.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    alias_database: '',
    virtual_mailbox_domains: takes,
    virtual_mailbox_base: at('mail'),
    virtual_mailbox_maps: 'static:all/',
    virtual_uid_maps: `static:${nobody}`,
    virtual_gid_maps: `static:${nobody}`,
    smtpd_tls_security_level: 'may',
    smtpd_tls_cert_file: cert,
    smtpd_tls_key_file: key,
    smtpd_tls_received_header: 'yes',
    smtp_tls_security_level: relays.length > 0 ? 'encrypt' : 'may',
    ...(relays.length > 0 ? { transport_maps: `inline:{ ${transports.join(', ')} }` } : {}),
    ...settings,
  };
  writeFileSync(
    at('etc/main.cf'),
    Object.entries(main)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  writeFileSync(at('etc/master.cf'), services(`${listens}:${port}`));
  run(folder, ['start']);
  return {
    port,
    mails: () =>
      existsSync(at('mail/all/new')) ? readdirSync(at('mail/all/new')).map(name => readFileSync(at(`mail/all/new/${name}`))) : [],
    submit: (from, to, message) => void execFileSync('sendmail', ['-C', at('etc'), '-f', from, to], { input: message }),
    log: () => (existsSync(at('log/maillog')) ? readFileSync(at('log/maillog'), 'utf8') : ''),
    stop: () => {
      run(folder, ['stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(folder: string, command: readonly string[]): void {
  const ran = spawnSync('postfix', ['-c', join(folder, 'etc'), ...command], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`postfix ${command.join(' ')}: ${ran.stderr}`);
}

/** master(5): the services that one relay needs, the listener where it was asked for. */
function services(listens: string): string {
  const rows: readonly string[] = [
    `${listens} inet n - n - - smtpd`,
    'pickup unix n - n 1 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 5 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    ...['bounce', 'defer', 'trace'].map(name => `${name} unix - - n - 0 bounce`),
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${rows.join('\n')}\n`;
}
