import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createOutdialClient } from '../../client/index.ts';
import type { Environment } from '../../config/index.ts';
import { err, ok, type Result } from '../../kit/index.ts';
import { signingKeys } from '../../webhooks/index.ts';
import { type CommandError, commandError, problemLines } from '../command-error.ts';
import { lookOf } from '../terminal.ts';
import { plain } from '../wrap-text.ts';
import type { AskedOrder } from './call-orders.ts';
import type { CallWorld } from './call-world.ts';
import { exitCodes } from './call-outcome.ts';
import { patientFetch } from './patient-fetch.ts';
import { readAccess } from './gateway-access.ts';
import { runCallCommand } from './run-call-command.ts';

/** A gateway that takes longer to begin its answer does not answer. */
const answerPatienceMs = 30_000;
/** A webhook that takes longer has failed. */
const postPatienceMs = 10_000;

/** Carries out a command on this machine. */
export async function runCallCommandHere(order: AskedOrder, environment: Environment): Promise<number> {
  const access = readAccess(order.access, environment);
  if (!access.ok) return refuse(access.error);
  const keys = readSigningKeys(order, environment);
  if (!keys.ok) return refuse(keys.error);
  const world: CallWorld = {
    client: createOutdialClient({ ...access.value, fetch: patientFetch(fetch, answerPatienceMs) }),
    print: (line) => {
      console.log(line);
    },
    printError: (line) => {
      console.error(plain(line));
    },
    look: lookOf(process.stdout, environment),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    wallMs: () => Date.now(),
    newId: randomUUID,
    post,
    writeFile: (path, bytes) => writeFile(path, bytes, { mode: 0o600 }),
    gatewayUrl: access.value.baseUrl,
    signingKeys: keys.value,
  };
  return await runCallCommand(order, access.value.tenantId, world);
}

function refuse(error: CommandError): number {
  for (const line of problemLines(error)) console.error(plain(line));
  return exitCodes.usage;
}

/** The secrets are needed by what is signed; one that is none must not go unnoticed. */
function readSigningKeys({ command }: AskedOrder, environment: Environment): Result<readonly Buffer[], CommandError> {
  if (command !== 'listen' && command !== 'trigger') return ok([]);
  const given = (environment['OUTDIAL_WEBHOOK_SECRETS'] ?? '').split(',').map((secret) => secret.trim());
  const secrets = given.filter((secret) => secret !== '');
  const keys = secrets.map((secret) => signingKeys(secret));
  const wrong = keys.findIndex((found) => found.length === 0);
  if (wrong < 0) return ok(keys.flat());
  const which = secrets.length === 1 ? 'The secret' : `Secret number ${wrong + 1}`;
  return err(commandError('command.signing-secret', `${which} of OUTDIAL_WEBHOOK_SECRETS cannot be used.`));
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
