/** A client's ports with real sockets and real time, and the service behind them. */
export { openServicePorts as openPorts } from '../../src/testkit/service-ports.ts';

/** Options as a tenant's settings become them. */
export function optionsFor(url: string, more: object = {}): object {
  return { url, trust: 'operator', authorization: { kind: 'none' }, parameters: {}, ...more };
}
