/** Looks on at the media of one side of a call, to know when nothing sounds there and nobody is being listened to. */
import type { Clock } from '../kit/index.ts';
import type { MediaCommand, MediaEvent, MediaPlane } from '../media/index.ts';

export interface SoundWatch {
  /** The same media plane, looked on at. */
  readonly media: MediaPlane;
  /** Something is being played, or is asked to be; a loop does not count. */
  isPlaying(): boolean;
  /** For how long nothing has been played and no voice has been heard; 0 while there is one. */
  quietMs(): number;
}

export function watchSound(media: MediaPlane, clock: Clock): SoundWatch {
  const playing = new Set<string>();
  let isVoiceHeard = false;
  let changedAtMs = clock.nowMs();

  function onCommand(command: MediaCommand): void {
    switch (command.type) {
      case 'play':
      case 'send-keys':
        playing.add(command.playbackId);
        break;
      case 'play-audio':
        if (!command.isLooping) playing.add(command.playbackId);
        break;
      case 'listen':
      case 'pause-listening':
        isVoiceHeard = false;
        break;
      case 'close':
        playing.clear();
        isVoiceHeard = false;
        break;
      default:
        return;
    }
    changedAtMs = clock.nowMs();
  }

  function onEvent(event: MediaEvent): void {
    switch (event.type) {
      case 'playback-finished':
      case 'playback-failed':
        playing.delete(event.playbackId);
        break;
      case 'recognition':
        isVoiceHeard = event.event.type !== 'final' && event.event.type !== 'failed';
        break;
      case 'digit':
        break;
      default:
        return;
    }
    changedAtMs = clock.nowMs();
  }

  return {
    media: {
      send(sessionId, command) {
        onCommand(command);
        media.send(sessionId, command);
      },
      onEvent(listener) {
        media.onEvent((sessionId, event) => {
          onEvent(event);
          listener(sessionId, event);
        });
      },
    },
    isPlaying: () => playing.size > 0,
    quietMs: () => (playing.size > 0 || isVoiceHeard ? 0 : clock.nowMs() - changedAtMs),
  };
}
