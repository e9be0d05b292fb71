/** The API on its ports: HTTP, and HTTPS where there is a key. */
import { type createApi, listenBacklog, listenSecurely, type SecureListener, type TlsIdentity } from '../api/index.ts';
import type { Settings } from '../config/index.ts';

export interface HttpListeners {
  readonly httpUrl: string;
  /** Undefined without a key. */
  readonly httpsUrl: string | undefined;
  /** Those that are listened on. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/** Rejects with the port, the setting and the system's reason; what was open by then is closed. */
export async function openHttpListeners(
  api: ReturnType<typeof createApi>,
  identity: TlsIdentity | undefined,
  { httpHost: host, httpPort, httpsPort, maxConnections }: Settings,
): Promise<HttpListeners> {
  api.server.maxConnections = maxConnections;
  let secure: SecureListener | undefined;
  const close = async (): Promise<void> => void (await Promise.allSettled([secure?.close(), api.close()]));
  try {
    const httpUrl = await api
      .listen({ host, port: httpPort, backlog: listenBacklog })
      .catch(cannotListen('HTTP', host, httpPort, 'HTTP_HOST, HTTP_PORT'));
    if (identity !== undefined) {
      secure = await listenSecurely(api, identity, { host, port: httpsPort, maxConnections }).catch(
        cannotListen('HTTPS', host, httpsPort, 'HTTP_HOST, HTTPS_PORT'),
      );
    }
    const httpsUrl = secure?.url;
    const ports = [portOf(httpUrl, 80), ...(httpsUrl === undefined ? [] : [portOf(httpsUrl, 443)])];
    return { httpUrl, httpsUrl, ports, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

function cannotListen(what: string, host: string, port: number, settings: string) {
  return (fault: unknown): never => {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new Error(`${what} cannot listen on ${host}:${port} (${settings}): ${reason}`, { cause: fault });
  };
}

/** A URL does not show the usual port. */
function portOf(url: string, usual: number): number {
  return Number(new URL(url).port) || usual;
}
