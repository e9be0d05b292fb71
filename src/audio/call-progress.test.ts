/** Tones of ITU-T E.180 and its supplement 2, as networks play them before the answer. */
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { seededRandom } from '../kit/index.ts';
import { CallProgress } from './call-progress.ts';
import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from './g711.ts';
import { joinSamples } from './join-samples.ts';

/** A part of a cadence: so many ms of these tones, or of silence. */
type Part = readonly [durationMs: number, ...frequenciesHz: readonly number[]];

/** -20 dBm0 a tone. */
const peak = 2275;

function soundOf(parts: readonly Part[], rateHz = 8000): Int16Array {
  const chunks = parts.map(([durationMs, ...tones]) =>
    Int16Array.from({ length: (durationMs * rateHz) / 1000 }, (_, n) =>
      tones.reduce((sum, hz) => sum + Math.round(peak * Math.sin((2 * Math.PI * hz * n) / rateHz)), 0),
    ),
  );
  return joinSamples(chunks);
}

const times = (count: number, ...parts: readonly Part[]): Part[] => Array.from({ length: count }, () => parts).flat();

function heardIn(pcm: Int16Array, rateHz = 8000, isLost: (packet: number) => boolean = () => false): string {
  const found: string[] = [];
  const progress = new CallProgress(rateHz, ({ sound, category }) =>
    found.push(category === undefined ? sound : `${sound} ${category}`),
  );
  const size = rateHz / 50;
  for (let packet = 0; packet * size < pcm.length; packet++) {
    const count = Math.min(size, pcm.length - packet * size);
    progress.push(isLost(packet) ? undefined : pcm, packet * size, count, packet * 20 + 20);
  }
  progress.finish((1000 * pcm.length) / rateHz);
  return found.join(', ');
}

const short = 274;
const long = 380;
const information = (first: Part, second: Part): Part[] => [[200], first, second, [long, 1776.7], [500]];

const table: readonly (readonly [name: string, parts: readonly Part[], heard: string])[] = [
  ['ringback of Europe', [[300], ...times(3, [1000, 425], [4000])], 'ringback'],
  ['ringback of North America', [[300], ...times(2, [2000, 440, 480], [4000])], 'ringback'],
  ['ringback of the United Kingdom', times(3, [400, 400, 450], [200], [400, 400, 450], [2000]), 'ringback'],
  ['ringback of Japan', [[100], ...times(3, [1000, 400], [2000])], 'ringback'],
  ['ringback that had begun before', [[450, 425], [4000], [1000, 425], [4000]], 'ringback'],
  ['ringback that is answered at its first tone', [[200], [1000, 425], [300]], 'ringback'],
  ['busy of Europe', [[200], ...times(8, [500, 425], [500])], 'busy'],
  ['busy of North America', [[200], ...times(8, [500, 480, 620], [500])], 'busy'],
  ['busy of the United Kingdom', [[200], ...times(8, [375, 400], [375])], 'busy'],
  ['busy of which only two tones were heard', [[200], ...times(2, [500, 425], [500]), [2000]], 'busy'],
  ['congestion of Europe', [[200], ...times(8, [250, 425], [250])], 'congestion'],
  ['quicker congestion', [[200], ...times(8, [200, 425], [200])], 'congestion'],
  ['reorder of North America', [[200], ...times(8, [250, 480, 620], [250])], 'congestion'],
  ['congestion of the United Kingdom', [[200], ...times(4, [400, 400], [350], [225, 400], [525])], 'congestion'],
  ['call waiting of North America', [[1000], [300, 440], [9700], [300, 440], [2000]], 'call-waiting'],
  ['call waiting of Europe', [[1000], ...times(2, [200, 425], [600], [200, 425], [3000])], 'call-waiting'],
  ['SIT IC', information([short, 913.8], [short, 1370.6]), 'special-information intercept'],
  ['SIT VC', information([long, 985.2], [short, 1370.6]), 'special-information vacant-code'],
  ['SIT RO', information([short, 913.8], [long, 1428.5]), 'special-information reorder'],
  ['SIT RO between areas', information([short, 985.2], [long, 1370.6]), 'special-information reorder'],
  ['SIT NC', information([long, 985.2], [long, 1428.5]), 'special-information no-circuit'],
  ['SIT NC between areas', information([long, 913.8], [long, 1370.6]), 'special-information no-circuit'],
  ['SIT of ITU-T E.180', [[100], [330, 950], [20], [330, 1400], [20], [330, 1800], [500]], 'special-information other'],
  ['a fax that calls (CNG)', [[200], ...times(2, [500, 1100], [3000])], 'fax'],
  ['a fax that answers (CED)', [[1800], [3000, 2100], [500]], 'fax'],
  ['silence', [[9000]], 'silence'],
  ['a tone without end', [[100], [8000, 425]], ''],
  ['the three tones in another order', [[200], [330, 1800], [330, 1400], [330, 950], [500]], ''],
  ['a single beep', [[500], [200, 1400], [2000]], ''],
];

const alike: readonly (readonly [name: string, make: (parts: readonly Part[]) => string])[] = [
  ['as it is', (parts) => heardIn(soundOf(parts))],
  ['at 16 kHz', (parts) => heardIn(soundOf(parts, 16_000), 16_000)],
  [
    'through PCMU and PCMA, with a hum at -45 dBm0 and a little loss',
    (parts) => {
      const pcm = soundOf(parts).map((sample, n) => sample + Math.round(128 * Math.sin(n / 25)));
      const bytes = new Uint8Array(pcm.length);
      encodeUlaw(pcm, bytes);
      decodeUlaw(bytes, pcm);
      encodeAlaw(pcm, bytes);
      decodeAlaw(bytes, pcm);
      return heardIn(pcm, 8000, (packet) => packet % 37 === 20);
    },
  ],
];

for (const [how, make] of alike) {
  describe(`ITU-T E.180 suppl. 2, ${how}`, () => {
    for (const [name, parts, heard] of table) {
      it(`${name}: ${heard === '' ? 'nothing' : heard}`, () => {
        assert.equal(make(parts), heard);
      });
    }
  });
}

test('what follows is told, too: an announcement behind the tones', () => {
  const random = seededRandom(4);
  // As uneven as a voice: noise in syllables.
  const voice = Int16Array.from({ length: 24_000 }, (_, n) =>
    n % 2400 < 1800 ? ((random.uint32() / 2 ** 32 - 0.5) * 6000) | 0 : 0,
  );
  const tones = soundOf(information([long, 985.2], [short, 1370.6]));
  assert.equal(heardIn(joinSamples([tones, voice])), 'special-information vacant-code, speech');
});
