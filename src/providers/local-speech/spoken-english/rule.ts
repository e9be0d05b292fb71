/** What a rule found: the whole match, then its groups. */
export type Found = readonly [whole: string, ...groups: (string | undefined)[]];

/** A pattern (global) and the words for what it finds; the match itself leaves it as it was. */
export type Rule = readonly [pattern: RegExp, words: (found: Found) => string];

/** Every rule once over the whole text, in their order. */
export function applyRules(rules: readonly Rule[], text: string): string {
  return rules.reduce(
    (said, [pattern, words]) =>
      said.replace(pattern, (whole: string, ...rest: unknown[]) =>
        words([
          whole,
          ...rest
            .filter((group) => typeof group !== 'number')
            .slice(0, -1)
            .map(asGroup),
        ]),
      ),
    text,
  );
}

function asGroup(group: unknown): string | undefined {
  return typeof group === 'string' ? group : undefined;
}
