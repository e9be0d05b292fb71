/** The one frame size of the media plane: 20 ms of G.711 (RFC 3551 §4.2). */
export const sampleRateHz = 8000;
export const frameMs = 20;
export const frameSamples = (sampleRateHz * frameMs) / 1000;
export const samplesPerMs = sampleRateHz / 1000;
