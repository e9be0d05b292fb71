/** Encrypted media: SRTP (RFC 3711) with keys in the session description (SDES, RFC 4568). */
import type { SettingSpec } from './setting-spec.ts';

export const mediaEncryptionSettings = [
  {
    name: 'OUTDIAL_MEDIA_ENCRYPTION',
    key: 'mediaEncryptionPolicy',
    group: 'SIP and RTP',
    kind: { type: 'word', words: { off: 'off', optional: 'optional', required: 'required' } },
    default: 'off',
    description:
      'SRTP with keys in the session description (SDES). off: plain RTP, and who asks for RTP/SAVP is refused. optional: RTP/AVP with keys (a=crypto) that the other side may leave aside, and what it asks for. required: RTP/SAVP or no call. Keys leave only over TLS or WSS, named by sips:, ;transport=tls or wss in the URI, the route or every target of the trunk: else optional means off, and required fails before the INVITE.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_MEDIA_KEYS_IN_CLEAR',
    key: 'areMediaKeysSentInClear',
    group: 'SIP and RTP',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Keys of SRTP may leave over UDP, TCP and WS too, where whoever reads the signalling can decrypt the audio: for networks that are protected otherwise.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
