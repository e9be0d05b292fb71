/** Whether the trunk takes the credentials of this gateway, asked by a REGISTER that changes nothing. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import {
  buildRegistrationQuery,
  pingAtMs,
  type RegistrationAnswer,
  type RegistrationOrder,
  type RegistrationQuery,
  readRegistrationAnswer,
} from '../../sip/index.ts';
import { bad, type Finding, good } from './check.ts';

export interface RegistrationCheck extends Omit<RegistrationOrder, 'sentBy'> {
  /** The resolved address of the registrar. */
  readonly address: string;
  /** When to give up on one query. */
  readonly limitMs: number;
}

/** Resolves within twice the limit, or when the signal aborts. */
export async function checkRegistration(check: RegistrationCheck, signal: AbortSignal): Promise<Finding> {
  const { registrar, address } = check;
  const place = `${registrar.host}:${registrar.port}`;
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4' });
  // A refused port shows as silence here; the check of the trunk says it better.
  socket.on('error', () => undefined);
  try {
    await new Promise<void>((resolve) => {
      socket.connect(registrar.port, address, resolve);
    });
    const local = socket.address();
    const order = { ...check, sentBy: { host: local.address, port: local.port } };
    const first = buildRegistrationQuery(order);
    const answer = await ask(socket, first, check.limitMs, signal);
    if (answer === undefined) return bad(`${place} does not answer REGISTER`, 'See what the check of the trunk says.');
    if (answer.challenges.length === 0) return judge(place, answer, 'without asking for credentials');
    const second = buildRegistrationQuery(order, { query: first, challenges: answer.challenges });
    const final = await ask(socket, second, check.limitMs, signal);
    if (final === undefined) return bad(`${place} fell silent after its challenge`, 'See the log of the trunk.');
    return judge(place, final, 'with these credentials');
  } finally {
    socket.close();
  }
}

/** The final answer to a query, or undefined when none came in time. */
function ask(
  socket: Socket,
  query: RegistrationQuery,
  limitMs: number,
  signal: AbortSignal,
): Promise<RegistrationAnswer | undefined> {
  return new Promise((resolve) => {
    const finish = (answer: RegistrationAnswer | undefined): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onLate);
      socket.off('message', onMessage);
      resolve(answer);
    };
    const onLate = (): void => {
      finish(undefined);
    };
    const onMessage = (bytes: Uint8Array): void => {
      const answer = readRegistrationAnswer(query, bytes);
      if (answer !== undefined && answer.status >= 200) finish(answer);
    };
    const timers = pingAtMs.map((afterMs) =>
      setTimeout(() => {
        socket.send(query.bytes);
      }, afterMs),
    );
    timers.push(setTimeout(onLate, limitMs));
    signal.addEventListener('abort', onLate, { once: true });
    socket.on('message', onMessage);
  });
}

function judge(place: string, { status, reason }: RegistrationAnswer, how: string): Finding {
  const said = `${place} answered REGISTER with ${status} ${reason}`.trimEnd();
  if (status >= 200 && status < 300) return good(`${said} ${how}`);
  if (status === 401 || status === 403 || status === 407) {
    return bad(said, 'Check OUTBOUND_CALLS_SIP_AUTH_USERNAME and OUTBOUND_CALLS_SIP_AUTH_PASSWORD with the trunk.');
  }
  return good(`${said}: it is no registrar, so its calls must show whether it takes the credentials`);
}
