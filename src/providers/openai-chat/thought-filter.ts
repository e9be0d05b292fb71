/**
 * Takes out of a text that comes in pieces what a reasoning model thinks aloud: `<think>...</think>`, also `<thinking>`, tags
 * cut anywhere. Thoughts that never end hide the rest; an end without a beginning hides nothing but itself, for what was
 * before it has been spoken.
 */
const tag = /<(\/?)think(?:ing)?>/i;
/** What may become a tag with the next piece. */
const openTag = /<\/?(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?$/i;

export class ThoughtFilter {
  #held = '';
  #isThinking = false;
  /** Thoughts have just ended: the blank lines after them are theirs. */
  #isAfterThoughts = false;

  /** What is to be said of the text so far. */
  push(text: string): string {
    this.#held += text;
    let said = '';
    for (let found = tag.exec(this.#held); found !== null; found = tag.exec(this.#held)) {
      said += this.#say(this.#held.slice(0, found.index));
      this.#held = this.#held.slice(found.index + found[0].length);
      this.#isThinking = found[1] === '';
      this.#isAfterThoughts ||= !this.#isThinking;
    }
    const end = this.#held.length - (openTag.exec(this.#held)?.[0].length ?? 0);
    said += this.#say(this.#held.slice(0, end));
    this.#held = this.#held.slice(end);
    return said;
  }

  /** The text is over. */
  end(): string {
    const said = this.#say(this.#held);
    this.#held = '';
    return said;
  }

  #say(text: string): string {
    if (this.#isThinking) return '';
    const said = this.#isAfterThoughts ? text.trimStart() : text;
    if (said !== '') this.#isAfterThoughts = false;
    return said;
  }
}
