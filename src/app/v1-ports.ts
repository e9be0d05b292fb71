import type { ApiPorts } from '../api/index.ts';
import type { Settings } from '../config/index.ts';
import { openRecordingFile } from '../host/index.ts';
import { err } from '../kit/index.ts';
import type { ArtifactDeletion } from '../reporting/index.ts';
import type { CallCommands } from './call-commands.ts';
import type { Durability } from './durability.ts';
import type { FeedOfEvents } from './event-feed.ts';

interface V1Parts {
  readonly settings: Settings;
  readonly commands: CallCommands;
  readonly feed: FeedOfEvents;
  readonly deleteArtifacts: ArtifactDeletion;
  readonly wallMs: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
}

/** What the routes under `/v1` are given of the running gateway. */
export function v1PortsOf({ store, owner, outbox, secret }: Durability, parts: V1Parts): ApiPorts['v1'] {
  const { settings, commands, feed, deleteArtifacts, wallMs, after } = parts;
  return {
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
    openRecording: async (fileName) => openRecordingFile(settings.dataDir, fileName),
    linkSecret: secret,
  };
}
