export { createEspeakTextToSpeech } from './create-espeak.ts';
export type { ProgramOrder, RunVoiceProgram } from './program.ts';
