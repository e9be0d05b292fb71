/** What became of each notification, and sending it again. */
import { useSignal } from '@preact/signals';
import type { Delivery } from '../../../../src/client/index.ts';
import { JsonTree } from '../../json/json-tree.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Time } from '../../parts/time.tsx';
import { printLength } from '../../text/measures.ts';
import type { CallActions } from '../call-actions.ts';
import type { CallData } from '../call-data.ts';
import { isSelected, select } from '../cursor.ts';
import { instantsOf } from '../instants.ts';
import { deliveryRows } from './delivery-rows.ts';
import './deliveries.css';

interface DeliveriesPanelProps {
  readonly data: CallData;
  readonly actions?: CallActions | undefined;
}

export function DeliveriesPanel({ data, actions }: DeliveriesPanelProps) {
  const rows = deliveryRows(data.deliveries ?? []);
  const dead = rows.filter(({ state }) => state === 'dead').length;
  if (rows.length === 0) {
    return (
      <p class="panel-empty">Nothing was to be told: this call has no webhook, or none of its events was asked for.</p>
    );
  }
  const instants = instantsOf(data);
  return (
    <div class="deliveries">
      {dead === 0 ? null : (
        <p class="deliveries-dead">
          {dead === 1 ? 'One notification was' : `${dead} notifications were`} given up. Put the receiver right, then
          send again.
        </p>
      )}
      <ol class="delivery-list">
        {rows.map((delivery) => (
          <Row
            key={delivery.sequence}
            delivery={delivery}
            atMs={instants.ofTime(delivery.queuedAt)}
            actions={actions}
          />
        ))}
      </ol>
    </div>
  );
}

const states = { delivered: 'delivered', waiting: 'waiting', dead: 'given up' } as const;
const signs = { delivered: '✓', waiting: '…', dead: '✕' } as const;

interface RowProps {
  readonly delivery: Delivery;
  readonly atMs: number;
  readonly actions: CallActions | undefined;
}

function Row({ delivery, atMs, actions }: RowProps) {
  const { sequence, type, state, request } = delivery;
  const isChosen = isSelected({ kind: 'delivery', sequence });
  return (
    <li class={`delivery is-${state}${isChosen ? ' is-shown' : ''}`}>
      <details
        open={isChosen}
        onToggle={(toggle) => {
          if (toggle.currentTarget.open && !isChosen) select({ kind: 'delivery', sequence }, atMs);
        }}
      >
        <summary>
          <span class={`delivery-state is-${state}`}>
            <span aria-hidden="true">{signs[state]} </span>
            {states[state]}
          </span>
          <span class="delivery-type">
            {type} <span class="delivery-sequence">#{sequence}</span>
          </span>
          <span class="delivery-outcome">{outcomeOf(delivery)}</span>
        </summary>
        <Attempts delivery={delivery} />
        <section class="delivery-body" aria-label="Body as it is sent">
          <h3>
            Body as it is sent{request.url === null ? null : ' to '}
            <bdi>{request.url}</bdi>
          </h3>
          <JsonTree value={request.body} openLevels={2} />
          <CopyButton what="the body" text={() => JSON.stringify(request.body, undefined, 2)} />
        </section>
      </details>
      {actions === undefined ? null : <Replay delivery={delivery} actions={actions} />}
    </li>
  );
}

function outcomeOf({ state, attempts, lastStatus, lastReason, queuedAt, settledAt }: Delivery): string {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const took = settledAt === undefined ? '' : printLength(Date.parse(settledAt) - Date.parse(queuedAt));
  const last = lastReason ?? (lastStatus === undefined ? '' : `HTTP ${lastStatus}`);
  return [last, attempts > 1 || state !== 'delivered' ? tries : '', took === '' ? '' : `after ${took}`]
    .filter((part) => part !== '')
    .join(' · ');
}

function Attempts({ delivery: { queuedAt, dueAt, tries, attempts } }: { readonly delivery: Delivery }) {
  return (
    <dl class="delivery-facts">
      <dt>Queued</dt>
      <dd>
        <Time at={queuedAt} />
      </dd>
      <dt>Attempts</dt>
      <dd>
        {tries.length === 0 ? attempts : null}
        <ol class="delivery-attempts">
          {tries.map(({ at, durationMs, status, reason }) => (
            <li key={at} class={reason === undefined ? '' : 'is-bad'}>
              <Time at={at} /> {status === undefined ? '' : `HTTP ${status} `}
              {reason === undefined ? '' : <bdi>{reason} </bdi>}
              <span class="delivery-took">took {printLength(durationMs)}</span>
            </li>
          ))}
        </ol>
      </dd>
      {dueAt === undefined ? null : (
        <>
          <dt>Next attempt</dt>
          <dd>
            <Time at={dueAt} />
          </dd>
        </>
      )}
    </dl>
  );
}

function Replay({ delivery, actions }: { readonly delivery: Delivery; readonly actions: CallActions }) {
  const told = useSignal<string>('');
  const isUnderWay = useSignal(false);
  const { sequence, type } = delivery;
  const replay = async (): Promise<void> => {
    isUnderWay.value = true;
    told.value = 'Sending…';
    try {
      const after = (await actions.replay(sequence)).find((each) => each.sequence === sequence);
      told.value = after === undefined ? 'It is gone.' : resultOf(after);
    } catch (fault) {
      told.value = fault instanceof Error ? fault.message : String(fault);
    } finally {
      isUnderWay.value = false;
    }
  };
  return (
    <div class="delivery-replay">
      <button
        type="button"
        class="button"
        disabled={isUnderWay.value || delivery.state === 'waiting'}
        onClick={() => void replay()}
      >
        <span aria-hidden="true">↻ </span>Replay
        <span class="unseen">
          {' '}
          {type} {sequence}
        </span>
      </button>
      <span class="delivery-result" role="status">
        {told.value}
      </span>
    </div>
  );
}

function resultOf(delivery: Delivery): string {
  const { state, lastStatus, lastReason } = delivery;
  const answer =
    lastReason?.replace(/\.$/, '') ?? (lastStatus === undefined ? 'no answer so far' : `HTTP ${lastStatus}`);
  if (state === 'delivered') return `Delivered again: ${answer}.`;
  return state === 'dead' ? `Given up again: ${answer}.` : `Not taken yet: ${answer}. It is tried again by itself.`;
}
