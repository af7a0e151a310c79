// The checks of an installation, as `bin/sesame doctor` prints them and `GET /v1/doctor` answers them: names, sending IPs, ports,
// certificates, MTA-STS, scanner, countries, disk. A look-up that fails is `unknown`, not `fail`.
import { countries, disk, names, ports, postmaster } from './host.ts';
import { outbound } from './outbound.ts';
import { scanner } from './scanner.ts';
import { sendingIps } from './sending-ips.ts';
import { certificates, mtaSts } from './tls.ts';
import type { Doctor, Finding, Told } from './types.ts';

/** Each finding as soon as it is there; all together take some seconds, up to a minute where nothing answers. */
export async function* findings(doctor: Doctor): AsyncIterable<Told> {
  const aside = await doctor.known.setAside();
  for await (const one of all(doctor)) {
    const said = one.state === 'ok' ? undefined : aside.find(({ group, name }) => group === one.group && name === one.name);
    yield { ...one, setAside: said ? { reason: said.reason, by: said.by, at: said.at } : null };
  }
}

async function* all(doctor: Doctor): AsyncIterable<Finding> {
  const { config } = doctor;
  yield* names(doctor);
  yield* outbound(doctor);
  yield* sendingIps(doctor);
  yield postmaster(config);
  yield* ports(config);
  yield* certificates(config);
  yield* mtaSts(doctor);
  yield* scanner(doctor);
  yield* countries(config);
  yield disk(config);
}
