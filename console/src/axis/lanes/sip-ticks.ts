/** SIP messages of a call: what was sent above, what was received below. */
import type { CallClock, Item, Shape, Tone } from '../timeline.ts';

export function sipItems({ data, sinceStart }: CallClock): readonly Item[] {
  return (data.sipTrace?.messages ?? []).map(({ at, direction, transport, local, peer, text }, index): Item => {
    const firstLine = text.slice(0, lineEnd(text));
    const { label, tone, shape } = kindOf(firstLine, direction === 'sent');
    const atMs = sinceStart(at);
    return {
      lane: 'sip',
      fromMs: atMs,
      toMs: atMs,
      shape,
      tone,
      isLower: direction === 'received',
      label,
      title: firstLine.length > 120 ? `${firstLine.slice(0, 120)}…` : firstLine,
      facts: [
        [direction === 'sent' ? 'sent to' : 'received from', peer],
        ['by', `${transport.toUpperCase()}, here ${local}`],
        ['size', `${text.length} characters`],
      ],
      what: { kind: 'sip', index },
    };
  });
}

function kindOf(
  firstLine: string,
  isSent: boolean,
): { readonly label: string; readonly tone: Tone; readonly shape: Shape } {
  const status = /^SIP\/2\.0 (\d{3})/.exec(firstLine)?.[1];
  if (status === undefined) {
    const method = firstLine.slice(0, Math.max(0, firstLine.indexOf(' ')));
    return {
      label: method === '' ? '?' : method.slice(0, 20),
      tone: 'accent',
      shape: isSent ? 'arrow-up' : 'arrow-down',
    };
  }
  if (status < '200') return { label: status, tone: 'soft', shape: 'ring' };
  if (status < '300') return { label: status, tone: 'good', shape: 'dot' };
  return { label: status, tone: status < '400' ? 'warn' : 'bad', shape: 'cross' };
}

function lineEnd(text: string): number {
  const at = text.search(/\r?\n/);
  return at === -1 ? text.length : at;
}
