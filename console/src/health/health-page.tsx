/** How the gateway is: whether calls are taken, limits and what of them is used, bots and engines, the trunk; for the operator all of it. */
import { useCallback } from 'preact/hooks';
import type { OutdialClient, ProviderInUse, TenantStatus } from '../../../src/client/index.ts';
import { useTitle } from '../frame/title.ts';
import { Polled } from '../parts/polled.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { client } from '../session/client.ts';
import { OperatorLogin } from '../session/login-page.tsx';
import { session } from '../session/session.ts';
import { adviceFor } from './advice.ts';
import { GatewayPart } from './gateway-part.tsx';
import { Limits } from './limits.tsx';
import { TrunkPart } from './trunk-part.tsx';

const refreshMs = 5000;

export function HealthPage() {
  useTitle('Health');
  const { value } = client;
  const { isOperator = false, hasOperator = false } = session.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>Health</h1>
        <p class="soft health-fresh">Asked again every {refreshMs / 1000} s while you look.</p>
      </div>
      {value === undefined ? null : <TenantPart api={value} />}
      {isOperator ? <GatewayPart everyMs={refreshMs} /> : null}
      {hasOperator && !isOperator ? (
        <details class="health-operator">
          <summary>All tenants, nodes and the whole trunk: for the operator</summary>
          <OperatorLogin />
        </details>
      ) : null}
    </>
  );
}

function TenantPart({ api }: { readonly api: OutdialClient }) {
  const question = useCallback(() => api.getStatus(), [api]);
  return (
    <Polled question={question} everyMs={refreshMs} what="The state of the gateway could not be read">
      {(status) => <StatusOf status={status} />}
    </Polled>
  );
}

function StatusOf({ status }: { readonly status: TenantStatus }) {
  return (
    <>
      <Readiness status={status} />
      <div class="health-parts">
        <section class="chart" aria-labelledby="limits-title">
          <h2 id="limits-title">Limits of {status.tenantID}</h2>
          <Limits of={status.tenantID} limits={status.limits} />
          <p class="soft">
            {status.isOutboundEnabled ? 'Places calls' : 'Places no calls (ENABLE_OUTBOUND_CALLS)'};{' '}
            {status.isInboundEnabled ? 'takes calls that come in.' : 'takes none that come in.'}
          </p>
        </section>
        <TrunkPart trunk={status.trunk} />
        <section class="chart" aria-labelledby="services-title">
          <h2 id="services-title">Bot and speech</h2>
          <ScrollFrame name="Bot and speech, table">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">For</th>
                  <th scope="col">Kind</th>
                  <th scope="col">Where</th>
                </tr>
              </thead>
              <tbody>
                <Services name="Bot" all={status.bots} />
                <Services name="Recognition" all={status.recognition} />
                <Services name="Voice" all={status.voice} />
              </tbody>
            </table>
          </ScrollFrame>
        </section>
      </div>
    </>
  );
}

function Services({ name, all }: { readonly name: string; readonly all: readonly ProviderInUse[] }) {
  return (
    <>
      {all.map((each, index) => (
        // In their order, which is that in which they are tried.
        <tr key={`${name}-${index}`}>
          <th scope="row">{index === 0 ? name : `${name}, stands by`}</th>
          <td>
            <code>{each.kind}</code>
            {each.name === undefined ? null : ` ${each.name}`}
          </td>
          <td>{each.host ?? 'inside the gateway'}</td>
        </tr>
      ))}
    </>
  );
}

interface ReadinessProps {
  readonly status: Pick<TenantStatus, 'ready' | 'reasons' | 'remarks'>;
}

function Readiness({ status: { ready, reasons, remarks } }: ReadinessProps) {
  const kind = ready ? (remarks.length === 0 ? 'is-good' : 'is-warn') : 'is-bad';
  return (
    <div class={`notice ${kind}`} role="status">
      <p class="notice-title">{ready ? 'New calls are taken.' : 'New calls are not taken.'}</p>
      {reasons.length + remarks.length === 0 ? (
        <p>Nothing is amiss.</p>
      ) : (
        <ul class="health-remarks">
          {[...reasons, ...remarks].map((sentence) => (
            <li key={sentence}>
              <strong>{sentence}.</strong> {adviceFor(sentence)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
