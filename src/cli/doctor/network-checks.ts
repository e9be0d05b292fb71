/** Names, clocks and connections. What asks the network is handed in. */
import { bad, type Finding, good, reasonOf, skipped, warning, worstOf } from './check.ts';

/** Another machine that the settings name. */
export interface FarEnd {
  /** `bot`, `token service` or `webhook`. */
  readonly role: string;
  readonly host: string;
  readonly port: number;
  /** `https://host:port` of bots and webhooks. */
  readonly origin?: string;
}

/** Far ends that are looked at; a tenant file may name thousands. */
const maxFarEnds = 50;
const largestOffsetMs = 10_000;

export async function checkDns(
  farEnds: readonly FarEnd[],
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<Finding> {
  const hosts = [...new Map(farEnds.map(({ host, role }) => [host, role]))].slice(0, maxFarEnds);
  const findings = hosts.map(async ([host, role]): Promise<Finding> => {
    try {
      const addresses = await resolve(host);
      return good(addresses.includes(host) ? `${role} ${host}` : `${role} ${host} is ${addresses.join(', ')}`);
    } catch (fault) {
      return bad(`${role} ${host}: ${reasonOf(fault)}`, 'Correct the host name, or the name servers of this machine.');
    }
  });
  return worstOf(await Promise.all(findings), skipped('there is no bot or webhook to resolve'));
}

export async function checkWebhooks(
  farEnds: readonly FarEnd[],
  connect: (host: string, port: number) => Promise<void>,
): Promise<Finding> {
  const places = new Map(farEnds.map((farEnd) => [`${farEnd.host} port ${farEnd.port}`, farEnd]));
  const findings = [...places].slice(0, maxFarEnds).map(async ([place, { host, port }]): Promise<Finding> => {
    try {
      await connect(host, port);
      return good(`${place} accepts connections`);
    } catch (fault) {
      return bad(
        `${place}: ${reasonOf(fault)}`,
        'Start the receiver, correct its URL, or open the firewall on the way.',
      );
    }
  });
  return worstOf(await Promise.all(findings), skipped('no webhook is configured; requests may name their own'));
}

/** Asks one after the other until one answers. `dateOf` gives the Date header, undefined when there is none. */
export async function checkClock(
  origins: readonly string[],
  dateOf: (origin: string) => Promise<string | undefined>,
  wallMs: () => number,
): Promise<Finding> {
  if (origins.length === 0) return skipped('there is no bot or webhook to ask for the time');
  for (const origin of origins.slice(0, 3)) {
    const askedAtMs = wallMs();
    const date = await dateOf(origin).catch(() => undefined);
    const theirsMs = date === undefined ? Number.NaN : Date.parse(date);
    if (Number.isNaN(theirsMs)) continue;
    // The header has whole seconds, and was written somewhere between question and answer.
    const oursMs = (askedAtMs + wallMs()) / 2;
    const offsetS = Math.round((oursMs - theirsMs - 500) / 1000);
    const detail =
      offsetS === 0
        ? `agrees with ${origin}`
        : `${Math.abs(offsetS)} s ${offsetS > 0 ? 'ahead of' : 'behind'} ${origin}`;
    if (Math.abs(oursMs - theirsMs - 500) <= largestOffsetMs) return good(detail);
    return bad(detail, 'Set the clock of the machine that is wrong (NTP): records and certificates depend on it.');
  }
  return skipped('no bot or webhook told the time');
}

/** Days a certificate should still be good for. */
const enoughDays = 14;

export interface TlsFile {
  readonly variable: string;
  /** The certificate's end of validity; undefined when the file holds none. */
  readonly read: () => Promise<{ readonly validToMs: number | undefined }>;
}

export async function checkTlsFiles(files: readonly TlsFile[], wallMs: number): Promise<Finding> {
  const findings = files.map(async ({ variable, read }): Promise<Finding> => {
    try {
      const { validToMs } = await read();
      if (validToMs === undefined) return good(`${variable} can be read`);
      const days = Math.floor((validToMs - wallMs) / 86_400_000);
      if (days < 0) return bad(`${variable}: the certificate has expired`, 'Renew it.');
      return days < enoughDays
        ? warning(`${variable}: ${days} days left`, 'Renew it soon.')
        : good(`${variable}: ${days} days left`);
    } catch (fault) {
      return bad(`${variable}: ${reasonOf(fault)}`, 'Correct the path, or let the user of outdial read the file.');
    }
  });
  return worstOf(await Promise.all(findings), skipped('no TLS file is configured'));
}
