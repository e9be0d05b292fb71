/** Whether the ports of the gateway can be had. Each is bound for a moment and given back. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Settings } from '../../config/index.ts';
import { err, ok, type Result } from '../../kit/index.ts';
import { bad, type Finding, good } from './check.ts';

/** Ports of the range that are tried. */
const sampleSize = 8;

type SipPlace = Pick<Settings, 'sipBindHost' | 'sipPort' | 'sipTcpPort'>;

/** UDP and TCP, which are always listened on. */
export async function checkSipPort({ sipBindHost: host, sipPort, sipTcpPort = sipPort }: SipPlace): Promise<Finding> {
  const udp = await bindUdp(host, sipPort);
  if (!udp.ok) return bad(`UDP ${host}:${sipPort}: ${udp.error}`, fixOf(udp.error, 'SIP_PORT', 'SIP_HOST'));
  const tcp = await bindTcp(host, sipTcpPort);
  if (!tcp.ok) return bad(`TCP ${host}:${sipTcpPort}: ${tcp.error}`, fixOf(tcp.error, 'SIP_PORT_TCP', 'SIP_HOST'));
  return good(`UDP ${host}:${sipPort} and TCP ${host}:${sipTcpPort} are free`);
}

export async function checkHttpPort({ httpHost, httpPort }: Pick<Settings, 'httpHost' | 'httpPort'>): Promise<Finding> {
  const bound = await bindTcp(httpHost, httpPort);
  const place = `TCP ${httpHost}:${httpPort}`;
  return bound.ok
    ? good(`${place} is free`)
    : bad(`${place}: ${bound.error}`, fixOf(bound.error, 'HTTP_PORT', 'HTTP_HOST'));
}

export async function checkRtpPorts(
  settings: Pick<Settings, 'rtpBindHost' | 'rtpPorts' | 'maxSessions'>,
): Promise<Finding> {
  const { rtpBindHost, rtpPorts, maxSessions } = settings;
  const first = rtpPorts.first + (rtpPorts.first % 2);
  // The port above each, for RTCP, is in the range too.
  const callCount = Math.floor((rtpPorts.last - first + 1) / 2);
  const sample = evenSample(first, callCount);
  const outcomes = await Promise.all(sample.map(async (port) => ({ port, bound: await bindUdp(rtpBindHost, port) })));
  const taken = outcomes.filter(({ bound }) => !bound.ok).map(({ port }) => port);
  const [failed] = outcomes.flatMap(({ bound }) => (bound.ok ? [] : [bound.error]));
  if (failed !== undefined) {
    const fix = fixOf(failed, 'RTP_UDP_PORT_RANGE', 'SDP_ADDRESS');
    return bad(`${taken.length} of ${sample.length} ports tried: ${failed} (${taken.join(', ')})`, fix);
  }
  if (maxSessions > callCount) {
    return bad(
      `the range has ports for ${callCount} calls, MAX_SESSIONS allows ${maxSessions}`,
      'Widen RTP_UDP_PORT_RANGE to two ports a call, or lower MAX_SESSIONS.',
    );
  }
  return good(`ports for ${callCount} calls; ${sample.length} of them tried`);
}

/** Up to `sampleSize` of the even ports from `first` on, both ends among them. */
function evenSample(first: number, count: number): number[] {
  const size = Math.min(sampleSize, count);
  const step = size === 1 ? 0 : (count - 1) / (size - 1);
  return Array.from({ length: size }, (_, index) => first + 2 * Math.round(index * step));
}

function fixOf(reason: string, portVariable: string, hostVariable: string): string {
  return reason.startsWith('EADDRINUSE')
    ? `Stop the process that has it (a running outdial?), or change ${portVariable}.`
    : `Change ${portVariable} or ${hostVariable}.`;
}

function bindUdp(host: string, port: number): Promise<Result<void, string>> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close();
      resolve(err(describe(error)));
    });
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.close(() => {
        resolve(ok(undefined));
      });
    });
  });
}

function bindTcp(host: string, port: number): Promise<Result<void, string>> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error) => {
      resolve(err(describe(error)));
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(ok(undefined));
      });
    });
  });
}

const words: Readonly<Record<string, string>> = {
  EADDRINUSE: 'EADDRINUSE, in use',
  EADDRNOTAVAIL: 'EADDRNOTAVAIL, not an address of this machine',
  EACCES: 'EACCES, ports below 1024 need a privilege',
};

function describe(error: Error): string {
  const code = 'code' in error ? String(error.code) : error.message;
  return words[code] ?? code;
}
