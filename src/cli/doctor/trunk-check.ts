/** Whether the trunk answers SIP, asked from a socket of its own so that a running gateway is not in the way. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type Random } from '../../kit/index.ts';
import { buildOptionsPing, type HostPort, pingAtMs, readPingAnswer } from '../../sip/index.ts';
import { bad, type Finding, good } from './check.ts';

export interface TrunkPing {
  readonly trunk: HostPort;
  /** The resolved address of the trunk. */
  readonly address: string;
  readonly userAgent: string;
  readonly random: Random;
  /** When to give up. */
  readonly limitMs: number;
}

/** Resolves within the limit, or at once when the machine behind the address refuses. */
export function pingTrunk(
  { trunk, address, userAgent, random, limitMs }: TrunkPing,
  signal: AbortSignal,
): Promise<Finding> {
  const place = `${trunk.host}:${trunk.port}`;
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4' });
  const timers: NodeJS.Timeout[] = [];
  return new Promise((resolve) => {
    let wasHeard = false;
    const finish = (finding: Finding): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onLate);
      socket.removeAllListeners();
      // A socket may still say something of what is under way.
      socket.on('error', () => undefined);
      socket.close();
      resolve(finding);
    };
    const onLate = (): void => {
      finish(
        wasHeard
          ? bad(`${place} began to answer and did not come to an end`, 'See the log of the trunk.')
          : bad(
              `${place} is silent`,
              'Check host, port and firewall, and that the trunk knows the address of this machine.',
            ),
      );
    };
    socket.once('error', (error) => {
      finish(bad(`${place}: ${describe(error)}`, 'Check OUTDIAL_SIP_TRUNK, and that something listens there on UDP.'));
    });
    signal.addEventListener('abort', onLate, { once: true });
    timers.push(setTimeout(onLate, limitMs));
    // Connected, the socket knows its own address, and hears of it when nothing listens at the other end.
    socket.connect(trunk.port, address, () => {
      const local = socket.address();
      const ping = buildOptionsPing(trunk, { host: local.address, port: local.port }, userAgent, random);
      socket.on('message', (bytes: Uint8Array) => {
        const answer = readPingAnswer(ping, bytes);
        if (answer === undefined) return;
        wasHeard = true;
        if (answer.status >= 200) finish(good(`${place} answered ${answer.status} ${answer.reason}`.trimEnd()));
      });
      for (const afterMs of pingAtMs) {
        timers.push(
          setTimeout(() => {
            socket.send(ping.bytes);
          }, afterMs),
        );
      }
    });
  });
}

function describe(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNREFUSED' ? 'nothing listens there (ECONNREFUSED)' : error.message;
}
