/** What can be taken away of a call, shared, and deleted. */
import { useRef } from 'preact/hooks';
import { isOver } from '../../calls/call-states.ts';
import { saveFile } from '../../parts/save.ts';
import { useAttempt } from '../../parts/use-attempt.ts';
import type { CallActions } from '../call-actions.ts';
import type { CallData } from '../call-data.ts';
import { printTranscript, transcriptLines } from '../transcript/transcript-lines.ts';
import { ShareDialog } from './share-dialog.tsx';

interface CallMenuProps {
  readonly data: CallData;
  readonly actions?: CallActions | undefined;
}

export function CallMenu({ data, actions }: CallMenuProps) {
  const shareDialog = useRef<HTMLDialogElement>(null);
  const deleteDialog = useRef<HTMLDialogElement>(null);
  const { problem, attempt } = useAttempt();
  const { call, record, recording, sipTrace } = data;
  const name = `call-${call.vgwSessionID}`;
  const json = (value: unknown): Blob =>
    new Blob([`${JSON.stringify(value, undefined, 2)}\n`], { type: 'application/json' });
  return (
    <div class="call-menu">
      <ul class="call-menu-list" aria-label="Files of the call">
        {recording === undefined ? null : (
          <Item
            name="Recording"
            hint="WAV"
            onClick={() => saveFile(`${name}.wav`, new Blob([recording], { type: 'audio/wav' }))}
          />
        )}
        {sipTrace === undefined || actions === undefined ? null : (
          <Item
            name="SIP trace"
            hint="pcap"
            onClick={attempt(async () => saveFile(`${name}.pcap`, await actions.fetchPcap()))}
          />
        )}
        {sipTrace === undefined || actions !== undefined ? null : (
          <Item name="SIP trace" hint="JSON" onClick={() => saveFile(`${name}-sip-trace.json`, json(sipTrace))} />
        )}
        {record === undefined ? null : (
          <Item name="Record" hint="JSON" onClick={() => saveFile(`${name}-record.json`, json(record))} />
        )}
        <Item
          name="Transcript"
          hint="text"
          onClick={() =>
            saveFile(`${name}.txt`, new Blob([printTranscript(transcriptLines(data))], { type: 'text/plain' }))
          }
        />
      </ul>
      {actions === undefined || !isOver(call) || record === undefined ? null : (
        <div class="call-menu-actions">
          <button type="button" class="button is-primary" onClick={() => shareDialog.current?.showModal()}>
            Share…
          </button>
          <button type="button" class="button is-danger" onClick={() => deleteDialog.current?.showModal()}>
            Delete what was said…
          </button>
          <ShareDialog dialog={shareDialog} actions={actions} name={name} />
          <DeleteDialog dialog={deleteDialog} actions={actions} onProblem={attempt} />
        </div>
      )}
      <p class="call-menu-problem" role="alert">
        {problem.value}
      </p>
    </div>
  );
}

function Item({ name, hint, onClick }: { readonly name: string; readonly hint: string; readonly onClick: () => void }) {
  return (
    <li>
      <button type="button" class="button is-quiet" onClick={onClick}>
        <span aria-hidden="true">↓ </span>
        {name} <span class="call-menu-hint">{hint}</span>
      </button>
    </li>
  );
}

interface DeleteDialogProps {
  readonly dialog: { readonly current: HTMLDialogElement | null };
  readonly actions: CallActions;
  readonly onProblem: (work: () => Promise<void>) => () => void;
}

function DeleteDialog({ dialog, actions, onProblem }: DeleteDialogProps) {
  const remove = onProblem(async () => {
    dialog.current?.close();
    await actions.deleteArtifacts();
  });
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="delete-title">
      <h2 id="delete-title">Delete what was said?</h2>
      <p>
        Recording, record, transcript, SIP trace and reports that wait are deleted for good, and links to them end. The
        states and times of the call stay. What was sent to a receiver already, and files that were downloaded, are not
        called back.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Keep
        </button>
        <button type="button" class="button is-danger" onClick={remove}>
          Delete
        </button>
      </div>
    </dialog>
  );
}
