/**
 * A set of texts as a graph over the recogniser's tokens, in which a beam search walks. Nodes are numbers; an edge carries
 * a token, or none. Places in it are sets of nodes, so that ways which differ only in how they were built are one.
 */
export type Tokenize = (text: string, place: 'after space' | 'joined') => readonly number[];

/** Where a text has led so far: nodes in rising order, nothing left to go to without a token. */
export type GrammarPlace = readonly number[];

interface GrammarNode {
  readonly edges: Map<number, number[]>;
  readonly free: number[];
}

export class TokenGrammar {
  readonly #nodes: GrammarNode[] = [];
  readonly #tokenize: Tokenize;
  readonly start: number;
  readonly end: number;

  constructor(tokenize: Tokenize) {
    this.#tokenize = tokenize;
    this.start = this.addNode();
    this.end = this.addNode();
  }

  addNode(): number {
    this.#nodes.push({ edges: new Map(), free: [] });
    return this.#nodes.length - 1;
  }

  /** From one node to another without a token. */
  addFree(from: number, to: number): void {
    this.#nodes[from]?.free.push(to);
  }

  addTokens(from: number, tokens: readonly number[], to: number): void {
    let at = from;
    tokens.forEach((token, index) => {
      const next = index === tokens.length - 1 ? to : this.addNode();
      const edges = this.#nodes[at]?.edges;
      const targets = edges?.get(token);
      if (targets === undefined) edges?.set(token, [next]);
      else targets.push(next);
      at = next;
    });
  }

  addText(from: number, text: string, place: Parameters<Tokenize>[1], to: number): void {
    this.addTokens(from, this.#tokenize(text, place), to);
  }

  get origin(): GrammarPlace {
    return this.#settle([this.start]);
  }

  /** The tokens that may come next. */
  tokensAt(place: GrammarPlace): readonly number[] {
    const tokens = new Set<number>();
    for (const node of place) for (const token of this.#nodes[node]?.edges.keys() ?? []) tokens.add(token);
    return [...tokens];
  }

  /** Where a token leads; undefined when it may not come here. */
  follow(place: GrammarPlace, token: number): GrammarPlace | undefined {
    const next = place.flatMap((node) => this.#nodes[node]?.edges.get(token) ?? []);
    return next.length === 0 ? undefined : this.#settle(next);
  }

  /** Whether the text may be over here. */
  mayEndAt(place: GrammarPlace): boolean {
    return place.includes(this.end);
  }

  #settle(nodes: readonly number[]): GrammarPlace {
    const seen = new Set(nodes);
    // A set grows while it is walked: what is added is visited, too.
    for (const node of seen) for (const next of this.#nodes[node]?.free ?? []) seen.add(next);
    return [...seen].sort((a, b) => a - b);
  }
}
