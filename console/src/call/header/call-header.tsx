/** Who called whom, how it went, and whose fault it was that it went no better. */
import { StateBadge } from '../../calls/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { printLength } from '../../text/measures.ts';
import type { CallActions } from '../call-actions.ts';
import type { CallData } from '../call-data.ts';
import { CallMenu } from './call-menu.tsx';
import { keyFigures } from './key-figures.ts';
import { progressOf } from './progress.ts';
import './call-header.css';

interface CallHeaderProps {
  readonly data: CallData;
  readonly actions?: CallActions | undefined;
}

export function CallHeader({ data, actions }: CallHeaderProps) {
  const { call, record } = data;
  const isInbound = call.direction === 'inbound';
  const endMs = call.endedAt === undefined ? undefined : Date.parse(call.endedAt) - Date.parse(call.acceptedAt);
  return (
    <header class="call-header">
      <div class="call-header-top">
        <div class="call-header-who">
          <p class="call-header-kind">
            {isInbound ? 'Inbound call' : 'Outbound call'} · <Time at={call.acceptedAt} isWhole />
            {endMs === undefined ? null : ` · ${printLength(endMs)} in all`}
          </p>
          <h1>
            <span class="unseen">Call {isInbound ? 'from' : 'to'} </span>
            <bdi class="call-header-party">{(isInbound ? call.from : call.to) || 'unknown'}</bdi>{' '}
            <StateBadge state={call.callState} />
          </h1>
          <p class="call-header-other">
            {isInbound ? 'to' : 'from'} <bdi>{(isInbound ? call.to : call.from) || 'unknown'}</bdi>
          </p>
        </div>
        <CallMenu data={data} actions={actions} />
      </div>
      <Progress data={data} />
      <End data={data} />
      <Figures data={data} />
      {(record?.warnings ?? []).length === 0 ? null : (
        <section class="call-header-warnings" aria-label="Warnings">
          <h2>Warnings</h2>
          <ul>
            {record?.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      <p class="call-header-id">
        Session <code>{call.vgwSessionID}</code> of tenant <bdi>{call.tenantID}</bdi>
      </p>
    </header>
  );
}

function Progress({ data }: { readonly data: CallData }) {
  const steps = progressOf(data);
  return (
    <div class="call-progress">
      <ol class="call-steps" aria-label="Progress">
        {steps.map(({ name, at, isFailed }) => (
          <li
            key={name}
            class={`call-step${at === undefined ? '' : ' is-done'}${isFailed === true ? ' is-failed' : ''}`}
          >
            <span class="call-step-name">{name}</span>
            <span class="call-step-time">{at === undefined ? 'not yet' : <Time at={at} />}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

const sides: Readonly<Record<string, string>> = {
  callee: 'the callee',
  caller: 'the caller',
  trunk: 'the trunk',
  provider: 'a service (bot, speech)',
  gateway: 'the gateway',
  unknown: 'nobody that is known',
};

function End({ data: { call, record } }: { readonly data: CallData }) {
  const endCode = call.endCode ?? record?.endCode;
  if (endCode === undefined) return null;
  const { endExplanation } = call;
  const blame = endExplanation?.blame ?? record?.blame ?? null;
  const reason = call.failureReason;
  return (
    <section class={`call-end ${call.callState === 'failed' ? 'is-failed' : 'is-fine'}`} aria-label="How it ended">
      <p class="call-end-code">
        <code>{endCode}</code>
        {blame === null ? null : (
          <span class="call-end-blame">
            lies with <strong>{sides[blame] ?? blame}</strong>
          </span>
        )}
        {endExplanation?.isRetryable === true ? <span class="call-end-again">calling again may help</span> : null}
      </p>
      {reason === null ? null : <p class="call-end-reason">{reason}</p>}
      {endExplanation === undefined ? null : <p class="call-end-text">{endExplanation.text}</p>}
      {call.callState === 'failed' ? <Answer record={record} /> : null}
    </section>
  );
}

/** What the far end said. */
function Answer({ record }: { readonly record: CallData['record'] }) {
  const { sipStatus = null, q850Cause = null, retryAfter = null } = record ?? {};
  const parts = [
    sipStatus === null ? '' : `SIP ${sipStatus}`,
    q850Cause === null ? '' : `Q.850 cause ${q850Cause}`,
    retryAfter === null ? '' : `the far end asks to wait ${retryAfter} s`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : <p class="call-end-sip">{parts.join(' · ')}</p>;
}

const judgements = { good: 'good', warn: 'worth a look', bad: 'bad' } as const;

function Figures({ data }: { readonly data: CallData }) {
  const figures = keyFigures(data);
  if (figures.length === 0) return null;
  return (
    <dl class="call-figures">
      {figures.map(({ name, value, note, judgement }) => (
        <div key={name} class={`call-figure${judgement === undefined ? '' : ` is-${judgement}`}`}>
          <dt>{name}</dt>
          <dd>
            <span class="call-figure-value">{value}</span>
            {judgement === undefined || judgement === 'good' ? null : (
              <span class="call-figure-judgement">{judgements[judgement]}</span>
            )}
            {note === undefined ? null : <span class="call-figure-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
