/**
 * Commands for running calls, whichever node has them: this one carries them out at once; those for calls of other nodes go
 * through the store that the nodes share, where their node looks for them every 200 ms.
 */
import { z } from 'zod';
import type { ControlCommand, Engine } from '../engine/index.ts';
import {
  err,
  type GatewayError,
  gatewayError,
  isErrorCode,
  isJsonObject,
  type JsonObject,
  ok,
  type Random,
  randomUuid,
  type Result,
} from '../kit/index.ts';
import type { DurableStore, Owner, StoredCall } from '../store/index.ts';

const lookEveryMs = 200;
/** How long the owner of a call may take to answer. */
const patienceMs = 5000;
const mostAtATime = 100;

export interface CallCommandPorts {
  readonly store: Pick<DurableStore, 'answerCommand' | 'commandAnswer' | 'sendCommand' | 'takeCommands'>;
  readonly owner: Owner;
  readonly engine: Pick<Engine, 'control'>;
  readonly random: Random;
  readonly wallMs: () => number;
  /** Calls `fire` once after `ms`, unless the function it returns was called before. */
  readonly after: (ms: number, fire: () => void) => () => void;
  /** Whether other nodes may have calls in this store. */
  readonly isShared: boolean;
}

export interface CallCommands {
  control(call: StoredCall, command: ControlCommand): Promise<Result<void, GatewayError>>;
  close(): void;
}

export function createCallCommands(ports: CallCommandPorts): CallCommands {
  const { store, owner, engine } = ports;
  const life = { isClosed: false };
  let cancelLook: (() => void) | undefined;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      ports.after(ms, resolve);
    });

  async function look(): Promise<void> {
    const taken = await store.takeCommands(owner, mostAtATime);
    for (const { id, sessionId, command } of taken.ok ? taken.value : []) {
      const read = readCommand(command);
      const done = read.ok ? engine.control(sessionId, read.value) : read;
      await store.answerCommand(id, printAnswer(done));
    }
    schedule();
  }

  function schedule(): void {
    if (life.isClosed || !ports.isShared) return;
    cancelLook = ports.after(lookEveryMs, () => void look());
  }

  async function controlElsewhere(sessionId: string, command: ControlCommand): Promise<Result<void, GatewayError>> {
    const id = randomUuid(ports.random);
    const sentAtWallMs = ports.wallMs();
    const sent = await store.sendCommand({ id, sessionId, command: printCommand(command), sentAtWallMs });
    if (!sent.ok) return sent;
    for (let waitedMs = 0; waitedMs < patienceMs && !life.isClosed; waitedMs += lookEveryMs) {
      await pause(lookEveryMs);
      const answer = await store.commandAnswer(id);
      if (answer.ok && answer.value !== undefined) return readAnswer(answer.value);
    }
    return err(gatewayError('call.owner-silent', 'The node of the call did not answer in time.'));
  }

  schedule();
  return {
    control: async ({ sessionId, owner: callOwner }, command) => {
      const done = engine.control(sessionId, command);
      if (done.ok || done.error.code !== 'call.unknown') return done;
      // It ended while it was looked up, or is of an earlier life of this node.
      if (!ports.isShared || callOwner.nodeId === owner.nodeId) {
        return err(gatewayError('call.is-over', 'The call is over.'));
      }
      return controlElsewhere(sessionId, command);
    },
    close() {
      life.isClosed = true;
      cancelLook?.();
    },
  };
}

function printCommand(command: ControlCommand): JsonObject {
  return JSON.parse(JSON.stringify(command)) as JsonObject;
}

const jsonObject = z.custom<JsonObject>(isJsonObject);

/** Written by a node of this version or another one. */
const commandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hang-up') }),
  z.object({ type: z.literal('say'), text: z.string() }),
  z.object({ type: z.literal('play'), url: z.string() }),
  z.object({ type: z.literal('send-digits'), digits: z.string() }),
  z.object({
    type: z.literal('transfer'),
    order: z.object({
      method: z.literal('refer'),
      isAttended: z.literal(true).exactOptional(),
      target: z.string(),
      acceptedCodes: z.array(z.number()),
    }),
  }),
  z.object({ type: z.literal('set-variables'), variables: jsonObject }),
  z.object({
    type: z.literal('receive-message'),
    message: z.object({
      text: z.string(),
      media: z.array(z.object({ url: z.string(), contentType: z.string().exactOptional() })),
      userNumber: z.string().exactOptional(),
      context: jsonObject.exactOptional(),
    }),
  }),
  z.object({ type: z.literal('mute'), who: z.enum(['bot', 'callee']), isMuted: z.boolean() }),
]);

function readCommand(command: JsonObject): Result<ControlCommand, GatewayError> {
  const read = commandSchema.safeParse(command);
  if (read.success) return ok(read.data);
  return err(gatewayError('internal.bug', 'The node of the call does not know this command; it runs another version.'));
}

function printAnswer(done: Result<void, GatewayError>): JsonObject {
  return done.ok ? {} : { code: done.error.code, message: done.error.message };
}

function readAnswer({ code, message }: JsonObject): Result<void, GatewayError> {
  if (code === undefined) return ok(undefined);
  const known = typeof code === 'string' && isErrorCode(code) ? code : 'internal.bug';
  return err(
    gatewayError(
      known === 'call.unknown' ? 'call.is-over' : known,
      typeof message === 'string' ? message : 'It was refused.',
    ),
  );
}
