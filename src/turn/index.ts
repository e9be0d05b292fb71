export {
  newTurnState,
  onTurn,
  playbackIdOf,
  spokenText,
  type TurnCause,
  type TurnEffect,
  type TurnInput,
  type TurnSettings,
  type TurnState,
  type Utterance,
} from './turn-machine.ts';
