export { beginning, isPlaybackOf, playbackIdOf } from './playback-id.ts';
export { onTurn } from './turn-machine.ts';
export {
  isAwaited,
  type ConfigureSpeech,
  newTurnState,
  type TurnCause,
  type TurnEffect,
  type TurnInput,
  type TurnSettings,
  type TurnState,
} from './turn-state.ts';
export type { Utterance } from './utterance.ts';
