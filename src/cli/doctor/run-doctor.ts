/** The doctor on this machine. */
import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  checkWritableDirectory,
  createHttpClient,
  createNodeRandom,
  createSipDns,
  createVoiceProgram,
  monotonicClock,
} from '../../host/index.ts';
import { createEspeakTextToSpeech } from '../../providers/espeak-ng/index.ts';
import { createSpeechEngines, localSpeechOptions } from '../../providers/local-speech/index.ts';
import { lookOf } from '../terminal.ts';
import { type DoctorOptions, examine } from './doctor.ts';
import type { DoctorWorld } from './plan-checks.ts';

/** For one connection or one answer; below the limit of a check, so that the check can tell which one it was. */
const networkLimitMs = 4000;

export async function runDoctor(options: DoctorOptions): Promise<number> {
  const http = createHttpClient();
  const world: DoctorWorld = {
    environment: process.env,
    localAddresses: Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address)),
    clock: monotonicClock,
    random: createNodeRandom(),
    http,
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    openDns: (servers) => createSipDns({ servers, clock: monotonicClock }),
    connect: connectOnce,
    dateOf,
    openEngines: (chosen) => createSpeechEngines(localSpeechOptions.parse(chosen)),
    openVoiceProgram: (program, options) => createEspeakTextToSpeech(options, createVoiceProgram(program)),
    checkWritable: (path) => checkWritableDirectory(path, networkLimitMs),
    freeBytes: async (path) => {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
    readTlsFile,
    readLimits: () => readFile('/proc/self/limits', 'utf8'),
  };
  try {
    return await examine(world, options, {
      print: (text) => {
        console.log(text);
      },
      isStyled: lookOf(process.stdout, process.env).isStyled,
    });
  } finally {
    await http.close();
  }
}

export function connectOnce(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: networkLimitMs });
    socket.once('timeout', () => {
      socket.destroy(new Error(`no connection within ${networkLimitMs / 1000} s`));
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** By a HEAD request for `/`; what the answer says besides does not matter. */
export async function dateOf(origin: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(networkLimitMs / 2);
  const response = await fetch(origin, { method: 'HEAD', redirect: 'manual', signal });
  await response.body?.cancel();
  return response.headers.get('date') ?? undefined;
}

/** The first certificate of a PEM file; key stores and keys only have to be readable. */
export async function readTlsFile(path: string): Promise<{ readonly validToMs: number | undefined }> {
  const text = await readFile(path, 'latin1');
  if (!text.includes('-----BEGIN CERTIFICATE-----')) return { validToMs: undefined };
  return { validToMs: Date.parse(new X509Certificate(text).validTo) };
}
