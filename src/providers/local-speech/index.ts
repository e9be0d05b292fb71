export { createSpeechEngines, type SpeechEngines, type SpeechLoad } from './create-speech-engines.ts';
export { type LocalSpeechConfiguration, type LocalSpeechOptions, localSpeechOptions } from './options.ts';
