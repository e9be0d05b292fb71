/** The colours of the tokens as a canvas takes them, in the theme that is shown. */
import type { Tone } from './timeline.ts';

const tokens = {
  callee: '--callee',
  bot: '--bot',
  operator: '--operator',
  gateway: '--gateway',
  accent: '--accent',
  good: '--good',
  warn: '--warn',
  bad: '--bad',
  soft: '--ink-soft',
  ink: '--ink',
  line: '--line',
  sunken: '--sunken',
  surface: '--surface',
} as const satisfies Readonly<Record<Tone, string>> & Readonly<Record<string, string>>;

export type Palette = Readonly<Record<keyof typeof tokens, string>> & { readonly font: string };

/** `light-dark()` in a token is resolved only where it is used as a colour: by an element. */
export function readPalette(within: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  within.append(probe);
  const colours = Object.entries(tokens).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return { ...Object.fromEntries(colours), font: getComputedStyle(within).fontFamily } as Palette;
}

/** Calls back when the theme changes, of the system or of the page. Returns how to stop it. */
export function onThemeChange(changed: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const root = new MutationObserver(changed);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  query.addEventListener('change', changed);
  return () => {
    root.disconnect();
    query.removeEventListener('change', changed);
  };
}
