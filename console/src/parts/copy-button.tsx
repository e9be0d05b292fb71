/** A button that copies a text and says so. */
import { useSignal } from '@preact/signals';
import { copyText } from './save.ts';

interface CopyButtonProps {
  readonly text: () => string;
  /** What is copied, for the name of the button. */
  readonly what: string;
}

const shownMs = 2000;

export function CopyButton({ text, what }: CopyButtonProps) {
  const outcome = useSignal<'copied' | 'failed' | undefined>(undefined);
  const copy = async (): Promise<void> => {
    outcome.value = (await copyText(text())) ? 'copied' : 'failed';
    setTimeout(() => {
      outcome.value = undefined;
    }, shownMs);
  };
  return (
    <button type="button" class="button is-quiet" onClick={() => void copy()}>
      <svg class="button-icon" viewBox="0 0 16 16" aria-hidden="true">
        {outcome.value === 'copied' ? <path d="M3 8.5l3.5 3.5L13 4.5" /> : <path d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7" />}
      </svg>
      <span aria-live="polite">
        {outcome.value === 'copied' ? 'Copied' : outcome.value === 'failed' ? 'Not copied' : 'Copy'}
        <span class="unseen"> {what}</span>
      </span>
    </button>
  );
}
