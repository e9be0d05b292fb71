export type { Resolve } from './checked-lookup.ts';
export { openHepExporter } from './hep-exporter.ts';
export { createHttpClient, type HttpClient } from './http-client.ts';
export { deleteRecordFile, deleteRecordings, deleteTraceFile } from './delete-call-files.ts';
export { readTraceFile, type TraceFolder, writeTraceFile } from './trace-files.ts';
export { readClientTls } from './client-tls.ts';
export { digest } from './digest.ts';
export { openOpus, warmUpOpus } from './opus-library.ts';
export { SrtpSession } from './srtp-session.ts';
export { createStirSigner } from './stir-signer.ts';
export type { MediaSpeechOptions } from './media-speech.ts';
export type { ClientTls } from './client-tls-options.ts';
export type { MediaPace } from './media-messages.ts';
export type { SpeechLoad } from './speech-messages.ts';
export { type LostThread, type MediaThreads, oneProcessorLess, startMediaThreads } from './media-threads.ts';
export { createServices, type SpeechServices } from './speech-services.ts';
export { monotonicClock } from './monotonic-clock.ts';
export { createNodeRandom } from './node-random.ts';
export { openReportFile, type ReportFile } from './report-file.ts';
export { createRecordFiles, recordFileName } from './record-files.ts';
export { openProcessMeter, type ProcessMeter } from './process-meter.ts';
export { createSipDns } from './sip-dns.ts';
export { openSipSocket, type SipSocket } from './sip-socket.ts';
export type { ConnectionNews } from './sip/connections.ts';
export { readSipTls } from './sip/read-tls.ts';
export type { SipTls } from './sip/tls.ts';
export {
  type ListenPlace,
  openSipTransports,
  type SipTransports,
  type SipTransportsListener,
} from './sip/transports.ts';
export { readTlsIdentity } from './tls-identity.ts';
export { at } from './timers.ts';
export { checkWritableDirectory } from './writable-directory.ts';
export { createSeal, readSealSecret } from './seal.ts';
export { openRecordingFile } from './recording-file.ts';
export { createVoiceProgram } from './voice-program.ts';
