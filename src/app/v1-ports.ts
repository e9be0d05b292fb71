import type { ApiPorts } from '../api/index.ts';
import type { Settings } from '../config/index.ts';
import { openRecordingFile } from '../host/index.ts';
import type { CallCommands } from './call-commands.ts';
import type { Durability } from './durability.ts';
import type { FeedOfEvents } from './event-feed.ts';

/** What the routes under `/v1` are given of the running gateway. */
export function v1PortsOf(
  { store, owner, outbox, secret }: Durability,
  {
    settings,
    commands,
    feed,
    ...rest
  }: {
    readonly settings: Settings;
    readonly commands: CallCommands;
    readonly feed: FeedOfEvents;
    readonly wallMs: () => number;
    readonly after: (ms: number, fire: () => void) => () => void;
  },
): ApiPorts['v1'] {
  return {
    ...rest,
    store,
    owner,
    feed,
    control: async (call, command) => commands.control(call, command),
    wakeOutbox: () => {
      outbox.wake();
    },
    openRecording: async (fileName) => openRecordingFile(settings.dataDir, fileName),
    linkSecret: secret,
  };
}
