import type { WebSocket } from 'ws';

/** What goes wrong with a connection; numbers count messages of audio from the client, or chunks to it. */
export interface Mischief {
  /** Answers the handshake with this status. */
  readonly refuseWith?: number;
  /** Never says `listening`, never answers. */
  readonly isDeaf?: boolean;
  /** Cuts the TCP connection. */
  readonly cutAfter?: number;
  /** Says goodbye with a code. */
  readonly closeAfter?: number;
  readonly closeCode?: number;
  /** Sends this as a text message. */
  readonly garbageAfter?: number;
  readonly garbage?: string | Uint8Array;
  /** Goes on reading and says no more. */
  readonly silentAfter?: number;
  /** Sends so much more than there is to say. */
  readonly floodBytes?: number;
  /** Waits before its first answer. */
  readonly slowMs?: number;
}

/** True when this was the moment at which the connection goes wrong for good. */
export function spoils(peer: WebSocket, mischief: Mischief, count: number): boolean {
  const { cutAfter, closeAfter, garbageAfter, silentAfter } = mischief;
  if (cutAfter !== undefined && count >= cutAfter) peer.terminate();
  else if (closeAfter !== undefined && count >= closeAfter) peer.close(mischief.closeCode ?? 1011);
  else if (garbageAfter !== undefined && count === garbageAfter) peer.send(mischief.garbage ?? '{"results":[');
  else return silentAfter !== undefined && count >= silentAfter;
  return true;
}
