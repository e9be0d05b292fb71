/** Connections of an HTTP client that lead only to addresses that may be connected to. */
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { type AddressJudge, AddressNotAllowedError, checkedLookup, type Resolve } from './checked-lookup.ts';
import { type ClientTls, tlsOptions } from './client-tls-options.ts';

export const longestConnectMs = 30_000;

/** Connectors that are kept, one a port; each remembers TLS sessions. */
const maxConnectors = 64;

/** Names are checked where they are resolved, addresses in the URL here: they never are resolved. */
export function checkedConnector(judge: AddressJudge, resolve: Resolve, tls?: ClientTls): buildConnector.connector {
  const byPort = new Map<number, buildConnector.connector>();
  const connectorFor = (port: number): buildConnector.connector => {
    const known = byPort.get(port);
    if (known !== undefined) return known;
    const made = buildConnector({
      timeout: longestConnectMs,
      lookup: checkedLookup(port, judge, resolve),
      ...tlsOptions(tls),
    });
    if (byPort.size >= maxConnectors) byPort.clear();
    byPort.set(port, made);
    return made;
  };
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const address = options.hostname.replace(/^\[|\]$/g, '');
    const reason = isIP(address) === 0 ? undefined : judge(address, port);
    if (reason === undefined) connectorFor(port)(options, callback);
    else callback(new AddressNotAllowedError(`is not an allowed destination (${reason})`), null);
  };
}
