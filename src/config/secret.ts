/**
 * A password or token. It prints as `***` wherever text is made of it by accident (templates, JSON, `console`,
 * `util.inspect`), and gives the text only to who asks with `reveal`.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it where the bytes leave the process, and keep the result in no field. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***';
  }
}
