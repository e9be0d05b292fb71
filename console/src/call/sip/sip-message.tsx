/** One SIP message, whole. */
import type { SipTrace } from '../../../../src/client/index.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Time } from '../../parts/time.tsx';
import { printOffset } from '../../text/measures.ts';
import type { LadderRow } from './ladder.ts';
import { sipPieces } from './sip-text.ts';

interface SipMessageProps {
  readonly row: LadderRow;
  readonly message: SipTrace['messages'][number];
  readonly peer: string;
}

export function SipMessage({ row, message, peer }: SipMessageProps) {
  const isMasked = message.text.includes('***');
  return (
    <section class="sip-message" aria-label={`Message ${row.label}`}>
      <div class="sip-message-head">
        <p>
          <strong>{row.label}</strong> {row.isSent ? 'sent to' : 'received from'} <bdi>{peer}</bdi> over{' '}
          {message.transport.toUpperCase()} at <Time at={message.at} /> ({printOffset(row.atMs)})
        </p>
        <CopyButton what="the message" text={() => message.text} />
      </div>
      {row.repeatsMs.length === 0 ? null : (
        <p class="sip-message-note">
          The same message was seen again at {row.repeatsMs.map(printOffset).join(', ')}: it or its answer was lost, or
          late.
        </p>
      )}
      <pre class="sip-text" tabIndex={0} aria-label="Text of the message">
        {sipPieces(message.text).map((pieces, line) => (
          <span key={line} class="sip-line">
            {pieces.map(({ kind, text }, place) =>
              kind === 'mask' ? (
                <mark key={place} class="sip-mask" title="A secret stood here; it was never kept.">
                  {text}
                </mark>
              ) : (
                <span key={place} class={`sip-${kind}`}>
                  {text}
                </span>
              ),
            )}
            {'\n'}
          </span>
        ))}
      </pre>
      {isMasked ? (
        <p class="sip-message-note">
          <mark class="sip-mask">***</mark> stands where credentials, nonces, tokens, passwords or keys of the media
          were. The gateway never writes them down.
        </p>
      ) : null}
    </section>
  );
}
