// `doctor` on sending IPs, as a receiver sees them: the checks of the server (upkeep/ip-looks.ts) asked now, and the state that the server
// has each IP in. Without SESAME_SENDING_IPS the addresses of the hostname are looked up in the blocklists.
import type { Config } from '../config.ts';
import type { Resolver } from '../engines/resolver/types.ts';
import type { SendingIp } from '../engines/store/control/sending-ips.ts';
import type { Look } from '../ips/checks.ts';
import { inService } from '../ips/state.ts';
import { lookAtIp, lookAtList, newRound } from '../upkeep/ip-looks.ts';
import type { Doctor, Finding } from './types.ts';

const GROUP = 'Sending IPs';
const TITLES: Readonly<Record<string, string>> = {
  address: 'local address',
  ptr: 'reverse DNS',
  forward: 'way back',
  helo: 'greeting',
  spf: 'SPF of domains',
  port: 'port',
};

export async function* sendingIps({ config, resolver, known: server }: Doctor): AsyncIterable<Finding> {
  if (config.smarthost) {
    const found = `mail leaves by the smarthost ${config.smarthost.host}: receivers see its addresses, not those of this machine`;
    return yield { group: GROUP, name: 'addresses', state: 'ok', found, fix: null };
  }
  if (config.sendingIps.length === 0) return yield* ofHostname(config, resolver);
  const round = newRound({ config, resolver }, config.sendingIps);
  const known = await server.sendingIps();
  for (const ip of config.sendingIps) {
    const found = known?.ips.find(one => one.ip === ip);
    yield stateOf(ip, found ?? null, known !== null);
    const asked = { ip, domains: known?.domains ?? [], connected: 0, unreached: 0 };
    const { looks } = await lookAtIp({ config, resolver }, round, asked);
    for (const look of looks) yield ofLook(look.name === 'port' && !config.portProbe ? portOfServer(found) : look, ip);
  }
}

/** Without a probe only deliveries tell, and they are the running server's. */
function portOfServer(known: SendingIp | undefined): Look {
  return (
    known?.checks.find(one => one.name === 'port') ?? {
      name: 'port',
      state: 'unknown',
      found: 'not tried',
      expected: null,
      fix: 'Start the server: its deliveries tell. Or set SESAME_PORT_PROBE to the host:port of a mail host that you may try.',
    }
  );
}

async function* ofHostname(config: Config, resolver: Resolver): AsyncIterable<Finding> {
  yield {
    group: GROUP,
    name: 'addresses',
    state: 'ok',
    found: 'mail leaves from the address that the system chooses (SESAME_SENDING_IPS is not set)',
    fix: null,
  };
  const round = newRound({ config, resolver }, []);
  const answer = await resolver.lookUp(config.hostname, 'A');
  for (const ip of answer.kind === 'records' ? answer.records : [])
    for (const zone of config.dnsbls) yield ofLook(await lookAtList({ resolver }, round, ip, zone), ip);
}

function ofLook({ name, state, found, expected, fix }: Look, ip: string): Finding {
  const title = name.startsWith('dnsbl/') ? 'blocklist' : (TITLES[name] ?? name);
  const about = found.includes(ip) ? found : `${ip}: ${found}`;
  return { group: GROUP, name: title, state, found: expected !== null && state !== 'ok' ? `${about}, expected ${expected}` : about, fix };
}

function stateOf(ip: string, known: SendingIp | null, asked: boolean): Finding {
  const base = { group: GROUP, name: 'state' };
  if (!known)
    return {
      ...base,
      state: 'unknown',
      found: `${ip}: ${asked ? 'the server has not checked it yet' : 'the database could not be asked for the state'}`,
      fix: 'Start the server: it checks each IP before it sends from it.',
    };
  const { state, reason, since, pool } = known;
  const found = `${ip} is ${state} since ${new Date(since).toISOString().slice(0, 16)}Z, in the pool ${pool}${reason === null ? '' : `: ${reason}`}`;
  if (inService(state)) return { ...base, state: 'ok', found, fix: null };
  const own = known.rest !== null && state === 'resting';
  const fix = own
    ? `The operator took it out of service: sesame ip resume ${ip} ends it.`
    : 'Its mail leaves from the other IPs of the pool, or waits. It is used again by itself when its checks are clean.';
  return { ...base, state: own ? 'warn' : 'fail', found, fix };
}
