/** The same API over TLS, on a port of its own beside the plain one. */
import { createServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { printHostPort } from '../sip/index.ts';
import { answerClientError } from './client-error.ts';
import { type ApiTimeouts, defaultTimeouts, listenBacklog } from './ports.ts';

/** Key and certificate as `node:tls` takes them: PEM texts, or one PKCS#12 file. */
export interface TlsIdentity {
  readonly key?: string;
  readonly cert?: string;
  readonly pfx?: Uint8Array;
  readonly passphrase?: string;
}

export interface SecureListener {
  /** `https://host:port`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface SecureListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly maxConnections: number;
  readonly timeouts?: ApiTimeouts;
}

/**
 * Opens the listener; `app` is ready. Rejects with the system's reason. TLS 1.2 is the oldest version spoken (promise
 * S10); a handshake has as long as the headers of a request.
 */
export async function listenSecurely(
  app: FastifyInstance,
  identity: TlsIdentity,
  options: SecureListenerOptions,
): Promise<SecureListener> {
  const timeouts = options.timeouts ?? defaultTimeouts;
  const { pfx, ...texts } = identity;
  const server = createServer(
    {
      ...texts,
      ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }),
      minVersion: 'TLSv1.2',
      handshakeTimeout: timeouts.headersMs,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
    },
    (request, response) => {
      app.routing(request, response);
    },
  );
  server.maxConnections = options.maxConnections;
  server.on('clientError', answerClientError);
  // Without a handshake there is nothing an answer could be sent in, and waiting for it to leave would keep the socket.
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port, backlog: listenBacklog }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `https://${printHostPort(options.host, port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
