/** What was said to the callee lately and when it sounded, so that its echo can be told from an answer. */
import { looksLikeEcho } from './looks-like-echo.ts';

/** One text on its way to the callee. */
interface Sounding {
  readonly playbackId: string;
  readonly text: string;
  readonly beganAtMs?: number;
  readonly endedAtMs?: number;
}

export interface EchoMemory {
  /** The last texts, oldest first. */
  readonly soundings: readonly Sounding[];
  /** When the voice that is heard, or was heard last, began. */
  readonly voiceOnsetAtMs: number | undefined;
}

export const silence: EchoMemory = { soundings: [], voiceOnsetAtMs: undefined };

/** Texts that one utterance may be an echo of: sentences of one answer follow each other without a gap. */
const mostSoundings = 8;
/** Longest way of a sound to the callee's telephone, through the air and back. */
const longestDelayMs = 1500;

export function saying({ soundings, ...echo }: EchoMemory, playbackId: string, text: string): EchoMemory {
  return { ...echo, soundings: [...soundings.slice(1 - mostSoundings), { playbackId, text }] };
}

export function soundBegan(echo: EchoMemory, playbackId: string, atMs: number): EchoMemory {
  return change(echo, playbackId, { beganAtMs: atMs });
}

export function fellSilent(echo: EchoMemory, playbackId: string, atMs: number): EchoMemory {
  return change(echo, playbackId, { endedAtMs: atMs });
}

export function voiceBegan(echo: EchoMemory, onsetAtMs: number): EchoMemory {
  return { ...echo, voiceOnsetAtMs: onsetAtMs };
}

/** The text, of what sounded while the voice did, that `heard` is an echo of. `lastVoiceAtMs` is the end of the voice. */
export function echoSource(
  { soundings, voiceOnsetAtMs }: EchoMemory,
  heard: string,
  lastVoiceAtMs: number,
): Sounding | undefined {
  const onsetAtMs = voiceOnsetAtMs ?? lastVoiceAtMs;
  const sounded = soundings.filter(
    ({ beganAtMs, endedAtMs = Infinity }) =>
      beganAtMs !== undefined && beganAtMs <= lastVoiceAtMs && endedAtMs + longestDelayMs >= onsetAtMs,
  );
  return looksLikeEcho(heard, sounded.map(({ text }) => text).join(' ')) ? sounded.at(-1) : undefined;
}

function change(echo: EchoMemory, playbackId: string, instant: Partial<Sounding>): EchoMemory {
  const soundings = echo.soundings.map((each) => (each.playbackId === playbackId ? { ...each, ...instant } : each));
  return { ...echo, soundings };
}
