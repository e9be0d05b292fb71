/** Microphone and loudspeaker by programs of the system: ALSA's, or those of SoX. Samples are signed 16 bits, one channel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { err, ok, type Result } from '../../kit/index.ts';
import { type CommandError, commandError } from '../command-error.ts';

interface SoundProgram {
  readonly name: string;
  readonly arguments: (rateHz: number) => readonly string[];
}

const alsa = (rateHz: number): string[] => ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(rateHz)];
/** A packet of 20 ms is up to 640 bytes: no more should be held back. */
const sox = (rateHz: number): string[] => [
  ...['-q', '--buffer', '640', '-t', 'raw', '-b', '16', '-e', 'signed-integer', '-c', '1', '-r', String(rateHz)],
  '-',
];

const recorders: readonly SoundProgram[] = [
  { name: 'arecord', arguments: (rateHz) => [...alsa(rateHz), '--period-time=20000', '-'] },
  { name: 'rec', arguments: sox },
  { name: 'sox', arguments: (rateHz) => ['-d', ...sox(rateHz)] },
];
const players: readonly SoundProgram[] = [
  { name: 'aplay', arguments: (rateHz) => [...alsa(rateHz), '-'] },
  { name: 'play', arguments: sox },
];

export interface SoundPrograms {
  readonly recorder: SoundProgram;
  /** Undefined when nothing is to be played. */
  readonly player: SoundProgram | undefined;
}

export function findSoundPrograms(path: string, isSpeakerOn: boolean): Result<SoundPrograms, CommandError> {
  const recorder = recorders.find(({ name }) => isOnPath(name, path));
  const player = isSpeakerOn ? players.find(({ name }) => isOnPath(name, path)) : undefined;
  if (recorder === undefined) return err(notFound('records', recorders));
  if (isSpeakerOn && player === undefined) return err(notFound('plays', players));
  return ok({ recorder, player });
}

function notFound(does: string, programs: readonly SoundProgram[]): CommandError {
  const names = programs.map(({ name }) => name).join(', ');
  return commandError('talk.no-sound-program', `No program that ${does} is on the PATH; looked for: ${names}.`);
}

function isOnPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface RunningSound {
  /** Resolves when it has ended; the error says why when it was not told to. */
  readonly over: Promise<Result<void, CommandError>>;
  stop(): void;
}

/** `onSamples` gets what was recorded, in pieces of any length. */
export function startRecorder(
  { name, arguments: argumentsFor }: SoundProgram,
  rateHz: number,
  onSamples: (bytes: Buffer) => void,
): RunningSound {
  const child = spawn(name, argumentsFor(rateHz), { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', onSamples);
  return running(name, child, child.stderr);
}

export interface RunningPlayer extends RunningSound {
  write(samples: Int16Array): void;
  /** Plays what it has and ends. */
  finish(): void;
}

/** What a player that does not keep up may hold back, in bytes; more is dropped. */
const mostHeldBack = 65_536;

export function startPlayer({ name, arguments: argumentsFor }: SoundProgram, rateHz: number): RunningPlayer {
  const child = spawn(name, argumentsFor(rateHz), { stdio: ['pipe', 'ignore', 'pipe'] });
  const input: Writable = child.stdin;
  // It tells why it ended by itself.
  input.on('error', () => undefined);
  return {
    ...running(name, child, child.stderr),
    write(samples) {
      if (input.writableLength > mostHeldBack || !input.writable) return;
      input.write(Buffer.from(samples.buffer.slice(samples.byteOffset, samples.byteOffset + samples.byteLength)));
    },
    finish() {
      input.end();
    },
  };
}

/** What of its words is told. */
const mostWords = 300;

function running(name: string, child: ChildProcess, errors: Readable): RunningSound {
  let said = '';
  let isStopped = false;
  errors.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-mostWords);
  });
  const over = new Promise<Result<void, CommandError>>((resolve) => {
    const fail = (why: string): void => {
      resolve(isStopped ? ok(undefined) : err(commandError('talk.sound-failed', `${name} ended: ${why}.`)));
    };
    child.on('error', (fault) => {
      fail(fault.message);
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(ok(undefined));
      else fail(said.trim().replace(/\s+/g, ' ') || (signal ?? `exit code ${code}`));
    });
  });
  return {
    over,
    stop() {
      isStopped = true;
      child.kill();
    },
  };
}
