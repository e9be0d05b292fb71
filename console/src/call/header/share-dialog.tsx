/** Makes a link to the page of a call, good for a time, or the page as a file. */
import { useSignal } from '@preact/signals';
import { CopyButton } from '../../parts/copy-button.tsx';
import { copyText, saveFile } from '../../parts/save.ts';
import { Time } from '../../parts/time.tsx';
import { useAttempt } from '../../parts/use-attempt.ts';
import type { CallActions } from '../call-actions.ts';

interface ShareDialogProps {
  readonly dialog: { readonly current: HTMLDialogElement | null };
  readonly actions: CallActions;
  /** Of a file, without its ending. */
  readonly name: string;
}

const periods = [
  { seconds: 3600, name: 'one hour' },
  { seconds: 86_400, name: 'one day' },
  { seconds: 604_800, name: 'one week' },
] as const;

export function ShareDialog({ dialog, actions, name }: ShareDialogProps) {
  const seconds = useSignal<number>(86_400);
  const link = useSignal<{ readonly url: string; readonly expiresAt: string; readonly isCopied: boolean } | undefined>(
    undefined,
  );
  const { problem, attempt } = useAttempt();
  const makeLink = attempt(async () => {
    const { page: url, expiresAt } = await actions.signLinks(seconds.value);
    link.value = { url, expiresAt, isCopied: await copyText(url) };
  });
  const download = attempt(async () => saveFile(`${name}.html`, await actions.fetchPage()));
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="share-title">
      <h2 id="share-title">Share this call</h2>
      <p>
        Whoever has the link can open the whole page of this call without logging in: who called, what was said, the
        recording. It ends at its time, or when what was said is deleted.
      </p>
      <fieldset class="share-periods">
        <legend>The link is good for</legend>
        {periods.map((period) => (
          <label key={period.seconds}>
            <input
              type="radio"
              name="share-period"
              checked={seconds.value === period.seconds}
              onChange={() => {
                seconds.value = period.seconds;
                link.value = undefined;
              }}
            />{' '}
            {period.name}
          </label>
        ))}
      </fieldset>
      <div aria-live="polite">
        {link.value === undefined ? null : (
          <div class="share-link">
            <label>
              <span>
                {link.value.isCopied ? 'Copied. ' : ''}Good until <Time at={link.value.expiresAt} isWhole />
              </span>
              <input
                type="text"
                readOnly
                value={link.value.url}
                onFocus={(focus) => {
                  focus.currentTarget.select();
                }}
              />
            </label>
            <CopyButton what="the link" text={() => link.value?.url ?? ''} />
          </div>
        )}
        <p class="call-menu-problem">{problem.value}</p>
      </div>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
        <button type="button" class="button" onClick={download}>
          Download as file
        </button>
        <button type="button" class="button is-primary" onClick={makeLink}>
          Copy link
        </button>
      </div>
    </dialog>
  );
}
