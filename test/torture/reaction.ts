/** What a user agent that accepts calls does with one message from a stranger. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../src/kit/index.ts';
import { createUserAgent } from '../../src/sip/index.ts';

/** The status it answers; `incoming` when the call is told. */
export type Reaction = number | 'incoming' | 'nothing';

const text = new TextDecoder();
const stranger = { transport: 'udp', host: '192.0.2.200', port: 5060 } as const;

export function reactionTo(bytes: Uint8Array): { readonly reaction: Reaction; readonly response?: string } {
  const agent = createUserAgent({
    random: seededRandom(1),
    sentBy: { host: '198.51.100.7', port: 5060 },
    userAgent: 'torture',
    acceptsCalls: true,
  });
  const effects = agent.receive(bytes, stranger, 0);
  // Its 100 goes first.
  if (effects.some(({ type }) => type === 'incoming')) return { reaction: 'incoming' };
  for (const effect of effects) {
    if (effect.type !== 'send') continue;
    const response = text.decode(effect.bytes);
    const status = /^SIP\/2\.0 (\d{3}) /.exec(response)?.[1];
    assert.ok(status, 'only responses are sent');
    assert.deepEqual(effect.to.host, stranger.host);
    return { reaction: Number(status), response };
  }
  return { reaction: 'nothing' };
}
