/**
 * How good a conversation is, estimated by the E-model of ITU-T G.107 with its default values, in its narrowband scale: what is
 * lost and what comes late are all that differs from them. Left out: echo, noise, loudness, and that losses come in bursts
 * (BurstR is 1). Codecs that are not in that scale, such as G.722, are counted as G.711: it has nothing better.
 */

/** R of a connection without loss and delay (G.107 §7.7). */
const bestRating = 93.2;
/** Of G.711 with concealment (G.113 Appendix I): what it costs by itself, and how well it stands random loss. */
const equipmentImpairment = 0;
const lossRobustness = 25.1;
/** One way; delay below it is not noticed (G.107 §7.4). */
const noticedDelayMs = 100;

/** R, from 0 to 93.2. `lossShare`: what was not there when it was to be played, 0 to 1. `delayMs`: from mouth to ear. */
export function estimateRating(lossShare: number, delayMs: number): number {
  const lossPercent = 100 * Math.min(1, Math.max(0, lossShare));
  const effectiveImpairment =
    equipmentImpairment + ((95 - equipmentImpairment) * lossPercent) / (lossPercent + lossRobustness);
  return Math.max(0, bestRating - delayImpairment(delayMs) - effectiveImpairment);
}

/** Idd. */
function delayImpairment(delayMs: number): number {
  if (delayMs <= noticedDelayMs) return 0;
  const x = Math.log2(delayMs / noticedDelayMs);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** The mean opinion score of a rating, from 1 (bad) to 4.5 (G.107 Annex B). */
export function opinionOf(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  // The curve dips below 1 at its lower end.
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}
