/** Light, dark, or as the system has it. */
import { effect, signal } from '@preact/signals';
import { recall, remember } from './remember.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'theme';

export const theme = signal<Theme>(themes.find((each) => each === recall(key)) ?? 'system');

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  remember(key, theme.value);
});
