export { CallProgress, type InformationCategory, type ProgressFinding, type ProgressSound } from './call-progress.ts';
export { copySamples } from './copy-samples.ts';
export { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from './g711.ts';
export { G722Decoder, G722Encoder } from './g722.ts';
export { DtmfGenerator } from './dtmf.ts';
export { DtmfDetector } from './dtmf-detector.ts';
export { applyGain, mixInto } from './gain.ts';
export { joinSamples } from './join-samples.ts';
export { levelDbfs, rmsLevel } from './level.ts';
export { RateChanger } from './rate-changer.ts';
export { doubleRate, Downsampler, halveRate, type Resampler, resamplerFor, Upsampler } from './resample.ts';
export { findTone, tone, ToneGenerator, toneShare } from './tone.ts';
export {
  decodeWav,
  encodeWav,
  encodeWavHeader,
  type WavAudio,
  wavChannel,
  type WavFault,
  type WavFormat,
} from './wav.ts';
