/** What is behind the axis: words, bot, SIP, notifications, audio, record. Tabs where there is little room, two beside each other where there is more. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Boundary } from '../frame/boundary.tsx';
import { JsonTree } from '../json/json-tree.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { BotPanel } from './bot/bot-panel.tsx';
import type { CallActions } from './call-actions.ts';
import type { CallData } from './call-data.ts';
import { selected } from './cursor.ts';
import { DeliveriesPanel } from './deliveries/deliveries-panel.tsx';
import { isPrinting, isWide } from './media.ts';
import { QualityPanel } from './quality/quality-panel.tsx';
import { SipLadder } from './sip/sip-ladder.tsx';
import { Transcript } from './transcript/transcript.tsx';
import './panels.css';

type PanelName = 'transcript' | 'bot' | 'sip' | 'deliveries' | 'quality' | 'record';

const titles: Readonly<Record<PanelName, string>> = {
  transcript: 'Transcript',
  bot: 'Bot',
  sip: 'SIP',
  deliveries: 'Webhooks',
  quality: 'Audio quality',
  record: 'Record',
};

const left: readonly PanelName[] = ['transcript', 'bot', 'record'];
const right: readonly PanelName[] = ['sip', 'deliveries', 'quality'];
const all: readonly PanelName[] = ['transcript', 'sip', 'bot', 'deliveries', 'quality', 'record'];

interface CallPanelsProps {
  readonly data: CallData;
  readonly actions?: CallActions | undefined;
}

export function CallPanels({ data, actions }: CallPanelsProps) {
  if (isPrinting.value) {
    return (
      <div class="panels">
        {all.map((name) => (
          <section key={name} class="panel" aria-label={titles[name]}>
            <h2>{titles[name]}</h2>
            <Panel name={name} data={data} actions={actions} />
          </section>
        ))}
      </div>
    );
  }
  const groups = isWide.value ? [left, right] : [all];
  return (
    <div class={`panels${isWide.value ? ' is-wide' : ''}`}>
      {groups.map((names) => (
        <Group key={names.join()} names={names} data={data} actions={actions} />
      ))}
    </div>
  );
}

const panelOfSelected = { sip: 'sip', turn: 'bot', delivery: 'deliveries' } as const;

function Group({ names, data, actions }: CallPanelsProps & { readonly names: readonly PanelName[] }) {
  const chosen = useSignal<PanelName | undefined>(undefined);
  const open = chosen.value ?? firstOf(names, data);
  const tabs = useRef<HTMLDivElement>(null);
  // What was chosen elsewhere on the page is opened here, unless the words are being read: a turn is words, too.
  useSignalEffect(() => {
    const what = selected.value;
    if (what === undefined || what.kind === 'event') return;
    const wanted = panelOfSelected[what.kind];
    const isInWords = wanted === 'bot' && (chosen.peek() ?? names[0]) === 'transcript';
    if (names.includes(wanted) && !isInWords) chosen.value = wanted;
  });
  const onKeyDown = (press: KeyboardEvent): void => {
    const at = names.indexOf(open);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: names.length - 1,
    };
    const to = steps[press.key];
    const name = to === undefined ? undefined : names[(to + names.length) % names.length];
    if (name === undefined) return;
    press.preventDefault();
    chosen.value = name;
    tabs.current?.querySelector<HTMLElement>(`#tab-${name}`)?.focus();
  };
  return (
    <div class="panel-group">
      <div ref={tabs} class="tabs" role="tablist" aria-label="Details of the call" onKeyDown={onKeyDown}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            id={`tab-${name}`}
            class="tab"
            role="tab"
            aria-selected={open === name}
            aria-controls={open === name ? `panel-${name}` : undefined}
            tabIndex={open === name ? 0 : -1}
            onClick={() => {
              chosen.value = name;
            }}
          >
            {titles[name]} <Mark name={name} data={data} />
          </button>
        ))}
      </div>
      <section id={`panel-${open}`} class="panel" role="tabpanel" aria-labelledby={`tab-${open}`}>
        <h2 class="unseen">{titles[open]}</h2>
        <Panel name={open} data={data} actions={actions} />
      </section>
    </div>
  );
}

/** A call with notifications that were given up begins with them. */
function firstOf(names: readonly PanelName[], data: CallData): PanelName {
  const hasDead = data.deliveries?.some(({ state }) => state === 'dead') === true;
  if (hasDead && names !== all && names.includes('deliveries')) return 'deliveries';
  return names[0] ?? 'transcript';
}

function Mark({ name, data }: { readonly name: PanelName; readonly data: CallData }) {
  const count =
    name === 'sip' ? data.sipTrace?.messages.length : name === 'deliveries' ? data.deliveries?.length : undefined;
  const dead = name === 'deliveries' ? (data.deliveries ?? []).filter(({ state }) => state === 'dead').length : 0;
  if (dead > 0) {
    return (
      <span class="tab-mark is-bad">
        {dead} <span class="unseen">given up</span>
      </span>
    );
  }
  return count === undefined || count === 0 ? null : <span class="tab-mark">{count}</span>;
}

function Panel({ name, data, actions }: CallPanelsProps & { readonly name: PanelName }) {
  return (
    <Boundary key={name} part={`the panel “${titles[name]}”`}>
      <Content name={name} data={data} actions={actions} />
    </Boundary>
  );
}

function Content({ name, data, actions }: CallPanelsProps & { readonly name: PanelName }): ComponentChildren {
  switch (name) {
    case 'transcript':
      return <Transcript data={data} />;
    case 'bot':
      return <BotPanel data={data} />;
    case 'sip':
      return <SipLadder data={data} />;
    case 'deliveries':
      return <DeliveriesPanel data={data} actions={actions} />;
    case 'quality':
      return <QualityPanel data={data} />;
    case 'record':
      return <RecordPanel data={data} />;
    default:
      return name satisfies never;
  }
}

function RecordPanel({ data: { record } }: { readonly data: CallData }) {
  if (record === undefined) return <p class="panel-empty">The record is written when the call is over.</p>;
  return (
    <div class="record">
      <CopyButton what="the record" text={() => JSON.stringify(record, undefined, 2)} />
      <JsonTree value={record} />
    </div>
  );
}
