export { beginning, isPlaybackOf, playbackIdOf } from './playback-id.ts';
export { type InsertedStep, mostInserted } from './insertion.ts';
export { mostNotices, onTurn } from './turn-machine.ts';
export {
  isAwaited,
  type ConfigureSpeech,
  newTurnState,
  type Notice,
  type TurnCause,
  type TurnEffect,
  type TurnInput,
  type TurnSettings,
  type TurnState,
} from './turn-state.ts';
export type { Utterance } from './utterance.ts';
