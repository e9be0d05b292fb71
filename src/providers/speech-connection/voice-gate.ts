/**
 * Whether a frame of a telephone call is a voice, from its level alone: for services that are given utterances and do not
 * find them by themselves. A voice stands out from the background, which is the quietest of the last seconds. Louder
 * noises are voices to it; the service finds no words in them.
 */
import { levelDbfs } from '../../audio/index.ts';

/** The background is looked for in so many frames of 32 ms (3 s): a sentence pauses more often than that. */
const windowFrames = 94;
/** Nothing below is heard, whatever the background, and no background is louder. */
const quietestDbfs = -52;
const loudestBackgroundDbfs = -25;
const silentDbfs = -90;
/** A voice is certain so far above the background, and out of the question below the other. */
const certainDb = 14;
const impossibleDb = 6;

export class VoiceGate {
  readonly #levels = new Float64Array(windowFrames).fill(silentDbfs);
  #at = 0;

  /** 0 to 1, as `Endpointer` takes it. */
  judge(frame: Int16Array): number {
    const levelOf = Math.max(silentDbfs, levelDbfs(frame));
    this.#levels[this.#at] = levelOf;
    this.#at = (this.#at + 1) % windowFrames;
    const background = Math.min(loudestBackgroundDbfs, Math.max(quietestDbfs - certainDb, this.#quietest()));
    const above = (levelOf - background - impossibleDb) / (certainDb - impossibleDb);
    return levelOf < quietestDbfs ? 0 : Math.min(1, Math.max(0, above));
  }

  #quietest(): number {
    let quietest = 0;
    for (const level of this.#levels) quietest = Math.min(quietest, level);
    return quietest;
  }
}
