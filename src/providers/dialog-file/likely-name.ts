import { nearestName } from '../../kit/index.ts';

/** The known name that a misspelt one most likely means, or undefined when none is near: a third of its letters at most. */
export function likelyName(name: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(name, known);
  return nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(name.length / 3))
    ? nearest.name
    : undefined;
}
