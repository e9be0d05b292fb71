/** One call: followed while it runs, with what one can do about it. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type OutdialClient, OutdialProblem } from '../../../src/client/index.ts';
import { isOver } from '../calls/call-states.ts';
import { printParty } from '../calls/party.ts';
import { Boundary } from '../frame/boundary.tsx';
import { FaultNotice } from '../frame/notice.tsx';
import { useTitle } from '../frame/title.ts';
import { printRoute } from '../router.ts';
import { client } from '../session/client.ts';
import { createCallActions } from './call-actions.ts';
import type { CallData } from './call-data.ts';
import { CallView } from './call-view.tsx';
import { ControlBar } from './control-bar.tsx';
import { type LiveCall, openLiveCall, type Pace } from './live-call.ts';

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
    const opened = openLiveCall(api, sessionId, screenPace);
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
      {data === undefined
        ? fault === undefined && <p class="soft">Reading the call …</p>
        : live.value && <Call api={api} data={data} live={live.value} />}
    </>
  );
}

const screenPace: Pace = {
  onFrame(show) {
    const frame = requestAnimationFrame(show);
    return () => {
      cancelAnimationFrame(frame);
    };
  },
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

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
  readonly live: LiveCall;
}

function Call({ api, data, live }: CallProps) {
  const { vgwSessionID: sessionId } = data.call;
  const actions = useMemo(
    () =>
      createCallActions({
        client: api,
        sessionId,
        onDeleted: () => live.forget(),
        onDeliveries: (deliveries) => {
          live.change({ deliveries });
        },
      }),
    [api, sessionId, live],
  );
  const controls = isOver(data.call) ? null : (
    <Boundary part="the control of the call">
      <ControlBar client={api} data={data} />
    </Boundary>
  );
  return (
    <>
      {live.missing.value.map((sentence) => (
        <p class="notice is-warn" role="status" key={sentence}>
          {sentence}
        </p>
      ))}
      <CallView data={data} actions={actions} controls={controls} />
    </>
  );
}
