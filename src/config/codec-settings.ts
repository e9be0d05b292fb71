/** The codecs of calls. */
import type { SettingSpec } from './setting-spec.ts';

export const codecSettings = [
  {
    name: 'OUTDIAL_CODECS',
    key: 'codecs',
    group: 'SIP and RTP',
    kind: { type: 'list', of: 'codec' },
    default: 'PCMU,PCMA',
    description:
      'Codecs that calls offer, best first, and that are taken of an offer, in its order. PCMU and PCMA are those of the telephone network. G722 and opus carry twice the bandwidth: recognition, voice, audio files and recordings of a call that agrees on one of them are of 16 kHz.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
