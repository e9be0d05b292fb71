/**
 * Server-sent events (WHATWG HTML §9.2.6), as far as a chat answer needs them: the data of each event. Names, ids and
 * retry times are read over. Linear in the number of bytes, whatever they are and however they are cut.
 */

/** UTF-16 units of one line, and of the data of one event. */
const longestLine = 256 * 1024;
const longestEvent = 512 * 1024;

export class EventStream {
  readonly #decoder = new TextDecoder();
  #line = '';
  #data: string[] = [];
  #dataLength = 0;
  /** A carriage return ended the last piece: a line feed right after it belongs to it. */
  #isAfterReturn = false;
  /** A line or an event is too long; nothing more is read. */
  isOverflown = false;

  /** The data of the events that ended with these bytes. */
  push(bytes: Uint8Array): string[] {
    if (this.isOverflown) return [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    if (this.#isAfterReturn && text.startsWith('\n')) text = text.slice(1);
    this.#isAfterReturn = text === '' ? false : text.endsWith('\r');
    const events: string[] = [];
    const lines = text.split(/\r\n|\r|\n/);
    const open = lines.pop() ?? '';
    for (const rest of lines) {
      const line = this.#line + rest;
      this.#line = '';
      if (line.length > longestLine) return this.#overflow(events);
      const data = this.#takeLine(line);
      if (data !== undefined) events.push(data);
      if (this.#dataLength > longestEvent) return this.#overflow(events);
    }
    this.#line += open;
    return this.#line.length > longestLine ? this.#overflow(events) : events;
  }

  /** An empty line ends an event; one without data is none. */
  #takeLine(line: string): string | undefined {
    if (line === '') {
      const data = this.#data;
      this.#data = [];
      this.#dataLength = 0;
      return data.length === 0 ? undefined : data.join('\n');
    }
    if (line !== 'data' && !line.startsWith('data:')) return undefined;
    const value = line.slice(5);
    const data = value.startsWith(' ') ? value.slice(1) : value;
    this.#data.push(data);
    this.#dataLength += data.length + 1;
    return undefined;
  }

  #overflow(events: string[]): string[] {
    this.isOverflown = true;
    this.#line = '';
    this.#data = [];
    return events;
  }
}
