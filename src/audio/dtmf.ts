/** The sixteen keys of a telephone as pairs of tones (ITU-T Q.23): a low one for the row, a high one for the column. */

/** Row by row. */
const keys = '123A456B789C*0#D';
export const rowsHz: readonly number[] = [697, 770, 852, 941];
export const columnsHz: readonly number[] = [1209, 1336, 1477, 1633];

/** The key of a row and a column, each 0 to 3. */
export function keyAt(row: number, column: number): string {
  return keys.charAt(4 * row + column);
}

/** Amplitude of a sine of 0 dBm0: 3.17 dB below a full-scale one (ITU-T G.711 table 5). */
const zeroDbm0 = 32_768 * 10 ** (-3.17 / 20);

/** A key as it sounds, from one call of `generate` to the next. */
export class DtmfGenerator {
  readonly #steps: readonly [number, number];
  readonly #amplitude: number;
  #samples = 0;

  /** `attenuationDb`: the power of both tones together in dBm0, without its sign. */
  constructor(key: string, sampleRateHz: number, attenuationDb: number) {
    const at = Math.max(0, keys.indexOf(key));
    const stepOf = (frequencyHz: number | undefined): number => (2 * Math.PI * (frequencyHz ?? 0)) / sampleRateHz;
    this.#steps = [stepOf(rowsHz[at >> 2]), stepOf(columnsHz[at & 3])];
    this.#amplitude = zeroDbm0 * 10 ** (-attenuationDb / 20) * Math.SQRT1_2;
  }

  /** Writes the next `into[from..to)`. */
  generate(into: Int16Array, from = 0, to = into.length): void {
    const [row, column] = this.#steps;
    for (let i = from; i < to; i++) {
      const n = this.#samples++;
      into[i] = Math.round(this.#amplitude * (Math.sin(row * n) + Math.sin(column * n)));
    }
  }
}
