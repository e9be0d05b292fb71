/** One call: followed while it runs, with what one can do about it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type OutdialClient, OutdialProblem } from '../../../src/client/index.ts';
import { TimeAxis } from '../axis/time-axis.tsx';
import { printParty } from '../calls/party.ts';
import { StateBadge } from '../calls/state-badge.tsx';
import { Boundary } from '../frame/boundary.tsx';
import { FaultNotice } from '../frame/notice.tsx';
import { useTitle } from '../frame/title.ts';
import { printRoute } from '../router.ts';
import { client } from '../session/client.ts';
import type { CallData } from './call-data.ts';
import { ControlBar } from './control-bar.tsx';
import { isOver, type LiveCall, openLiveCall } from './live-call.ts';
import { LiveWords } from './live-words.tsx';

export function CallPage({ sessionId }: { readonly sessionId: string }) {
  const { value } = client;
  return value === undefined ? null : <CallOf client={value} sessionId={sessionId} />;
}

interface CallOfProps {
  readonly client: OutdialClient;
  readonly sessionId: string;
}

function CallOf({ client: api, sessionId }: CallOfProps) {
  const live = useSignal<LiveCall | undefined>(undefined);
  const tries = useSignal(0);
  const { value: nthTry } = tries;
  useEffect(() => {
    const opened = openLiveCall(api, sessionId);
    live.value = opened;
    return () => {
      opened.close();
    };
  }, [api, sessionId, nthTry, live]);
  const data = live.value?.data.value;
  const fault = live.value?.fault.value;
  useTitle(data === undefined ? 'Call' : `${printParty(partyOf(data))}: ${data.call.callState}`);
  return (
    <>
      <p class="crumbs">
        <a href={printRoute({ page: 'calls' })}>← Calls</a>
      </p>
      {fault === undefined ? null : (
        <CallFault
          fault={fault}
          onRetry={() => {
            tries.value += 1;
          }}
        />
      )}
      {data === undefined ? (
        fault === undefined && <p class="soft">Reading the call …</p>
      ) : (
        <Call api={api} data={data} missing={live.value?.missing.value ?? []} />
      )}
    </>
  );
}

function partyOf({ call: { direction, from, to } }: CallData): string {
  return direction === 'inbound' ? from : to;
}

function CallFault({ fault, onRetry }: { readonly fault: unknown; readonly onRetry: () => void }) {
  if (fault instanceof OutdialProblem && fault.code === 'call.unknown') {
    return (
      <>
        <h1>There is no such call</h1>
        <p>
          Not among the calls of this tenant, or no longer: calls are forgotten some time after their end. Is it a call
          of another tenant? Then show that one first, or log in there.
        </p>
      </>
    );
  }
  return <FaultNotice what="The call could not be read" fault={fault} onRetry={onRetry} />;
}

interface CallProps {
  readonly api: OutdialClient;
  readonly data: CallData;
  readonly missing: readonly string[];
}

function Call({ api, data, missing }: CallProps) {
  return (
    <>
      <h1 class="call-title">
        {printParty(partyOf(data))} <StateBadge state={data.call.callState} />
      </h1>
      {isOver(data) ? null : (
        <Boundary part="the control of the call">
          <ControlBar client={api} data={data} />
        </Boundary>
      )}
      <Boundary part="the time axis">
        <TimeAxis data={data} />
      </Boundary>
      <Boundary part="what was said">
        <LiveWords events={data.events} />
      </Boundary>
      {missing.map((sentence) => (
        <p class="notice is-warn" role="status" key={sentence}>
          {sentence}
        </p>
      ))}
    </>
  );
}
