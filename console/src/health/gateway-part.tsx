/** What only the operator sees: the gateway itself, its nodes, all tenants and those that were left out. */
import type { GatewayStatus } from '../../../src/client/index.ts';
import { Polled } from '../parts/polled.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { askOperator } from '../session/client.ts';
import { session } from '../session/session.ts';
import { printLength } from '../text/measures.ts';
import { Limits, Meter } from './limits.tsx';
import { TrunkPart } from './trunk-part.tsx';

const question = (): Promise<GatewayStatus> => askOperator('/v1/admin/status');

export function GatewayPart({ everyMs }: { readonly everyMs: number }) {
  return (
    <section aria-labelledby="gateway-title">
      <h2 id="gateway-title">The whole gateway</h2>
      <Polled question={question} everyMs={everyMs} what="The state of the whole gateway could not be read">
        {(status) => <WholeGateway status={status} />}
      </Polled>
    </section>
  );
}

function WholeGateway({ status }: { readonly status: GatewayStatus }) {
  const { version, uptimeS, calls, maxCalls, mediaThreads, store, nodes, tenants, problems, trunk } = status;
  return (
    <>
      {problems.map(({ path = 'An entry', line, reason, fix }) => (
        <div key={`${path} ${reason}`} class="notice is-bad">
          <p class="notice-title">A tenant was left out.</p>
          <p>
            <code>{path}</code>
            {line === undefined ? '' : `, line ${line}`}: {reason}. {fix}
          </p>
        </div>
      ))}
      <div class="health-parts">
        <section class="chart" aria-labelledby="process-title">
          <h3 id="process-title">This process</h3>
          <ul class="limits">
            <li>
              <span>Calls</span>
              <Meter label="Calls of the gateway" use={{ used: calls, limit: maxCalls }} />
            </li>
            <li>
              <span>Version</span>
              <span class="number">{version}</span>
            </li>
            <li>
              <span>Up for</span>
              <span class="number">{printLength(uptimeS * 1000)}</span>
            </li>
            <li>
              <span>Media threads</span>
              <span class="number">{mediaThreads}</span>
            </li>
            <li>
              <span>Store</span>
              <span>{store}</span>
            </li>
          </ul>
          <h3>Nodes</h3>
          <ul class="health-lines">
            {nodes.map(({ nodeId, isSelf, isAlive, calls: unfinished }) => (
              <li key={nodeId}>
                <code>{nodeId}</code>{' '}
                <span class={`badge ${isAlive ? 'is-live' : 'is-bad'}`}>{isAlive ? 'alive' : 'silent'}</span>{' '}
                <span class="soft">
                  {isSelf ? 'this one, ' : ''}
                  {unfinished} calls
                </span>
              </li>
            ))}
          </ul>
        </section>
        {session.value?.isMultiTenant === true ? <TrunkPart trunk={trunk} id="whole-trunk" /> : null}
      </div>
      <h3>Tenants</h3>
      <ScrollFrame name="Tenants">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Calls</th>
              <th scope="col">Limits</th>
            </tr>
          </thead>
          <tbody>
            {tenants.map(({ tenantID, isOutboundEnabled, isInboundEnabled, limits }) => (
              <tr key={tenantID}>
                <th scope="row">{tenantID}</th>
                <td>{waysOf(isOutboundEnabled, isInboundEnabled)}</td>
                <td>
                  <Limits of={tenantID} limits={limits} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </>
  );
}

function waysOf(isOutbound: boolean, isInbound: boolean): string {
  if (isOutbound && isInbound) return 'out and in';
  if (!isOutbound && !isInbound) return 'none';
  return isOutbound ? 'out' : 'in';
}
