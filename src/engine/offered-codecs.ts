/** Which codecs a call offers and takes. */
import { sampleRateOf } from '../media/index.ts';
import { allCodecs, type OfferedCodec, telephoneCodecs } from '../sdp/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import type { Tenant } from '../tenants/index.ts';

const codecByWord = new Map(allCodecs.map((codec) => [codec.toLowerCase(), codec]));

/** Best first. Who prefers broadband gets its wideband codecs first, and G.722 where it names none. */
export function codecsOf({ settings }: Tenant): readonly OfferedCodec[] {
  const named = (settings.codecs ?? []).flatMap((word) => codecByWord.get(word.toLowerCase()) ?? []);
  const codecs = named.length === 0 ? telephoneCodecs : [...new Set(named)];
  if (settings.sttBand !== 'broadband') return codecs;
  const wide = codecs.filter((codec) => sampleRateOf(codec) > 8000);
  return [...(wide.length === 0 ? (['G722'] as const) : wide), ...codecs.filter((codec) => !wide.includes(codec))];
}

/** The likely rate of the audio of calls that we place: that of the codec they offer first. */
export function likelyRateOf(tenant: Tenant): SampleRateHz {
  const [first] = codecsOf(tenant);
  return first === undefined ? 8000 : sampleRateOf(first);
}
