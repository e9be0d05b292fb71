/** What stands behind the routes under `/v1`: the store, commands for calls, and who follows them. */
import type { V1Ports } from '../api/index.ts';
import type { Settings } from '../config/index.ts';
import type { Engine } from '../engine/index.ts';
import { at, openRecordingFile } from '../host/index.ts';
import { type Clock, err, type Random } from '../kit/index.ts';
import type { ArtifactDeletion } from '../reporting/index.ts';
import type { StoredEvent } from '../store/index.ts';
import { createCallCommands } from './call-commands.ts';
import type { Durability } from './durability.ts';
import { createEventFeed } from './event-feed.ts';
import type { TraceKeepers } from './trace-keeper.ts';

export interface V1Parts {
  readonly settings: Settings;
  readonly durability: Durability;
  readonly engine: Engine;
  readonly random: Random;
  /** Its wall clock never jumps. */
  readonly clock: Clock;
  readonly deleteArtifacts: ArtifactDeletion;
  readonly traces: TraceKeepers;
}

export interface OpenV1 {
  readonly ports: Omit<V1Ports, 'status'>;
  /** These events are in the store now. */
  tell(events: readonly StoredEvent[]): void;
  close(): void;
}

export function openV1(parts: V1Parts): OpenV1 {
  const { settings, durability, engine, random, clock, deleteArtifacts, traces } = parts;
  const { store, owner, outbox, secret } = durability;
  const wallMs = (): number => clock.wallMs();
  const after = (ms: number, fire: () => void) => at(clock, clock.nowMs() + ms, fire);
  const isShared = store.name === 'postgresql';
  const commands = createCallCommands({ store, owner, engine, random, wallMs, after, isShared });
  const feed = createEventFeed();
  const ports: OpenV1['ports'] = {
    store,
    owner,
    wallMs,
    after,
    feed,
    control: async (call, command) => commands.control(call, command),
    wakeOutbox: () => {
      outbox.wake();
    },
    async deleteArtifacts(sessionId) {
      const outcome = await deleteArtifacts(sessionId);
      if (outcome.ok) return outcome;
      const { error } = outcome;
      return err({ isRunning: error.kind === 'running', reasons: error.kind === 'running' ? [] : error.reasons });
    },
    tracesSoFar: (sessionId) => engine.tracesSoFar(sessionId),
    readTrace: async (sessionId, which) => traces[which].read(sessionId),
    openRecording: async (fileName) => openRecordingFile(settings.dataDir, fileName),
    linkSecret: secret,
  };
  return {
    ports,
    tell: (events) => {
      feed.tell(events);
    },
    close: () => {
      commands.close();
    },
  };
}
