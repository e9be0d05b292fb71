import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createOutdialClient } from '../../client/index.ts';
import type { Environment } from '../../config/index.ts';
import { signingKeys } from '../../webhooks/index.ts';
import { lookOf } from '../terminal.ts';
import { plain } from '../wrap-text.ts';
import type { AskedOrder } from './call-orders.ts';
import type { CallWorld } from './call-world.ts';
import { exitCodes } from './call-outcome.ts';
import { readAccess } from './gateway-access.ts';
import { runCallCommand } from './run-call-command.ts';

/** A webhook that takes longer has failed. */
const postPatienceMs = 10_000;

/** Carries out a command on this machine. */
export async function runCallCommandHere(order: AskedOrder, environment: Environment): Promise<number> {
  const access = readAccess(order.access, environment);
  if (!access.ok) {
    console.error(access.error);
    return exitCodes.usage;
  }
  const world: CallWorld = {
    client: createOutdialClient(access.value),
    print: (line) => {
      console.log(line);
    },
    printError: (line) => {
      console.error(plain(line));
    },
    look: lookOf(process.stdout, environment),
    consoleUrl: `${access.value.baseUrl}/console`,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    wallMs: () => Date.now(),
    newId: randomUUID,
    post,
    writeFile: (path, bytes) => writeFile(path, bytes, { mode: 0o600 }),
    signingKeys: signingKeys(environment['OUTDIAL_WEBHOOK_SECRETS'] ?? ''),
  };
  return await runCallCommand(order, access.value.tenantId, world);
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number | string> {
  try {
    const signal = AbortSignal.timeout(postPatienceMs);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  } catch (fault) {
    const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
