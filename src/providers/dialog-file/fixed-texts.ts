import type { Dialog, DialogStep } from './dialog.ts';

/**
 * What a dialog says in one breath without anything of a call in it: the texts of a step and of those that follow it at once,
 * as one, and its repeated question. From the first step on, so that what is said early comes first.
 */
export function fixedTexts(dialog: Dialog): readonly string[] {
  const texts = new Set<string>();
  for (const [name, { exit }] of inOrder(dialog)) {
    texts.add(asOne(breath(dialog, name)));
    if (exit.type === 'listen') texts.add(asOne(exit.retry));
  }
  return [...texts].filter((text) => text !== '' && !text.includes('{{'));
}

function inOrder({ steps, start }: Dialog): readonly (readonly [string, DialogStep])[] {
  const all = [...steps];
  return [...all.filter(([name]) => name === start), ...all.filter(([name]) => name !== start)];
}

/** Everything said from entering a step up to where the dialog listens or hangs up. */
function breath({ steps }: Dialog, name: string): readonly string[] {
  const said: string[] = [];
  for (let step = steps.get(name); step !== undefined;) {
    said.push(...step.say);
    step = step.exit.type === 'next' ? steps.get(step.exit.step) : undefined;
  }
  return said;
}

/** As consecutive texts of an answer are spoken. */
function asOne(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join(' ');
}
