export { encodingFor } from './service-audio.ts';
export { type Hypothesis, longestText, type RecognitionMessage } from './recognition-message.ts';
export { readServiceOptions } from './service-options.ts';
export type { SpeechServicePorts } from './service-ports.ts';
export { webSocketUrl } from './service-url.ts';
export { WebSocketRecognition } from './web-socket-recognition.ts';
export { speakOverWebSocket } from './web-socket-synthesis.ts';
