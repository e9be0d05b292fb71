/** What one can do with a call while it runs: the commands of the API, one at a time. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { CallEvent, OutdialClient } from '../../../src/client/index.ts';
import { FaultNotice } from '../frame/notice.tsx';
import type { CallData } from './call-data.ts';

interface ControlBarProps {
  readonly client: OutdialClient;
  readonly data: CallData;
}

type Panel = 'say' | 'keys' | 'transfer' | 'hang-up';

export function ControlBar({ client, data: { call, events } }: ControlBarProps) {
  const { vgwSessionID: sessionId, callState } = call;
  const open = useSignal<Panel | undefined>(undefined);
  const fault = useSignal<{ readonly what: string; readonly thrown: unknown } | undefined>(undefined);
  const told = useSignal('');
  const isTalking = callState === 'active';

  /** What is done, as it is told before, after and against it. */
  async function run(what: string, done: string, command: () => Promise<unknown>): Promise<void> {
    fault.value = undefined;
    told.value = '';
    try {
      await command();
      told.value = done;
      open.value = undefined;
    } catch (thrown) {
      fault.value = { what, thrown };
    }
  }

  const toggle = (panel: Panel) => (
    <PanelButton panel={panel} open={open} isAllowed={panel === 'hang-up' || isTalking} />
  );
  const mute = (who: 'bot' | 'callee') => {
    const isMuted = isMutedNow(events, who);
    return (
      <button
        type="button"
        class="button"
        aria-pressed={isMuted}
        disabled={!isTalking}
        onClick={() =>
          void run(
            `The ${who} was not ${isMuted ? 'heard again' : 'muted'}`,
            `${who} ${isMuted ? 'unmuted' : 'muted'}`,
            () => client.muteCall({ sessionId, body: { who, isMuted: !isMuted } }),
          )
        }
      >
        {isMuted ? `Unmute ${who}` : `Mute ${who}`}
      </button>
    );
  };

  return (
    <section class="control" aria-label="Control the call">
      <div class="control-bar" role="group" aria-label="Commands">
        {toggle('say')}
        {toggle('keys')}
        {toggle('transfer')}
        {mute('bot')}
        {mute('callee')}
        <span class="control-gap" />
        {toggle('hang-up')}
      </div>
      {isTalking ? null : <p class="control-hint">All but hanging up needs the callee: the call is {callState}.</p>}
      {open.value === 'say' ? (
        <PanelForm
          label="Text that the bot’s voice says"
          action="Say it"
          onSend={(text) =>
            run('The text was not said', 'Said.', () => client.sayInCall({ sessionId, body: { text } }))
          }
        />
      ) : null}
      {open.value === 'keys' ? (
        <PanelForm
          label="Keys to send: 0–9, *, #, A–D"
          action="Send keys"
          pattern="[0-9*#A-Da-d]{1,64}"
          onSend={(digits) =>
            run('The keys were not sent', 'Keys sent.', () => client.sendDigits({ sessionId, body: { digits } }))
          }
        />
      ) : null}
      {open.value === 'transfer' ? <TransferForm client={client} sessionId={sessionId} run={run} /> : null}
      {open.value === 'hang-up' ? (
        <p class="control-panel">
          <span>The callee is cut off at once.</span>
          <FocusedButton
            onClick={() => void run('The call was not hung up', 'Hanging up.', () => client.hangUpCall({ sessionId }))}
          >
            Hang up now
          </FocusedButton>
          <button
            type="button"
            class="button"
            onClick={() => {
              open.value = undefined;
            }}
          >
            Keep it
          </button>
        </p>
      ) : null}
      <p class="unseen" role="status">
        {told.value}
      </p>
      {fault.value === undefined ? null : <FaultNotice what={fault.value.what} fault={fault.value.thrown} />}
    </section>
  );
}

const panelNames: Readonly<Record<Panel, string>> = {
  say: 'Say',
  keys: 'Keys',
  transfer: 'Transfer',
  'hang-up': 'Hang up',
};

interface PanelButtonProps {
  readonly panel: Panel;
  readonly open: { value: Panel | undefined };
  readonly isAllowed: boolean;
}

function PanelButton({ panel, open, isAllowed }: PanelButtonProps) {
  return (
    <button
      type="button"
      class={`button${panel === 'hang-up' ? ' is-danger' : ''}`}
      aria-expanded={open.value === panel}
      disabled={!isAllowed}
      onClick={() => {
        open.value = open.value === panel ? undefined : panel;
      }}
    >
      {panelNames[panel]}
    </button>
  );
}

function FocusedButton({ onClick, children }: { readonly onClick: () => void; readonly children: ComponentChildren }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button type="button" class="button is-danger" ref={button} onClick={onClick}>
      {children}
    </button>
  );
}

interface PanelFormProps {
  readonly label: string;
  readonly action: string;
  readonly pattern?: string;
  readonly onSend: (text: string) => Promise<void>;
  readonly children?: ComponentChildren;
}

function PanelForm({ label, action, pattern, onSend, children }: PanelFormProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="control-panel"
      onSubmit={(submit) => {
        submit.preventDefault();
        void onSend(field.current?.value.trim() ?? '');
      }}
    >
      <label class="control-field">
        <span>{label}</span>
        <input
          ref={field}
          class="field"
          required
          maxLength={4000}
          {...(pattern === undefined ? {} : { pattern })}
          autocomplete="off"
        />
      </label>
      {children}
      <button type="submit" class="button is-primary">
        {action}
      </button>
    </form>
  );
}

interface TransferFormProps {
  readonly client: OutdialClient;
  readonly sessionId: string;
  readonly run: (what: string, done: string, command: () => Promise<unknown>) => Promise<void>;
}

function TransferForm({ client, sessionId, run }: TransferFormProps) {
  const method = useSignal<'blind' | 'attended'>('blind');
  return (
    <PanelForm
      label="Whom to transfer to: a SIP or tel URI"
      action="Transfer"
      onSend={(target) =>
        run('The call was not transferred', 'The transfer has begun.', () =>
          client.transferCall({ sessionId, body: { target, method: method.value } }),
        )
      }
    >
      <label class="control-field">
        <span>How</span>
        <select
          class="field"
          value={method.value}
          onChange={({ currentTarget }) => {
            method.value = currentTarget.value === 'attended' ? 'attended' : 'blind';
          }}
        >
          <option value="blind">Blind: the callee is sent there</option>
          <option value="attended">Attended: the target is called first</option>
        </select>
      </label>
    </PanelForm>
  );
}

/** By the last command of that kind, whoever gave it. */
function isMutedNow(events: readonly CallEvent[], who: 'bot' | 'callee'): boolean {
  const last = events.findLast(
    ({ type, data }) =>
      type === 'command.taken' && data['who'] === who && (data['command'] === 'mute' || data['command'] === 'unmute'),
  );
  return last?.data['command'] === 'mute';
}
