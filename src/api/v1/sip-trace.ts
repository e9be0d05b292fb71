/** The SIP trace of a call, as the API gives it: as JSON and as a capture file. */
import { z } from 'zod';
import { encodePcap, type HostPort, parseHostPort } from '../../sip/index.ts';

export const traceSchema = z
  .object({
    vgwSessionID: z.string(),
    messages: z.array(
      z.object({
        at: z.iso.datetime(),
        direction: z.enum(['sent', 'received']).describe('As the gateway sees it.'),
        transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']).default('udp'),
        local: z.string().default('').describe('host:port of the gateway, as it is told to others.'),
        peer: z.string().describe('host:port of the other side.'),
        text: z.string().describe('Head and body; *** stands in place of secrets.'),
      }),
    ),
    isComplete: z.boolean().default(true).describe('false while the call runs: there may be more messages later.'),
    droppedMessages: z.int().describe('Messages that were not kept because there were too many, or too long ones.'),
  })
  .meta({ id: 'SipTrace' });

export type StoredTrace = z.infer<typeof traceSchema>;

export function traceToPcap({ messages }: StoredTrace): Uint8Array {
  return encodePcap(
    messages.map(({ at, direction, transport, local, peer, text }) => {
      const [here, there] = [placeOf(local), placeOf(peer)];
      const [source, destination] = direction === 'sent' ? [here, there] : [there, here];
      return { wallMs: Date.parse(at), transport, source, destination, text };
    }),
  );
}

/** Traces of earlier versions do not name this side. */
function placeOf(text: string): HostPort {
  return { host: '0.0.0.0', port: 5060, ...parseHostPort(text) };
}
