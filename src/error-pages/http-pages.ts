/** Failures of HTTP itself; their kinds are in the room of the API. */
import type { ErrorPage } from './error-page.ts';

export const httpPages = {
  'http.bad-request': {
    what: 'What came over the connection is no HTTP/1.1 request, or its path cannot be read. The connection was closed.',
    causes: [
      'HTTPS was spoken to the HTTP port, or the other way round.',
      'A path with a `%` that is not followed by two hexadecimal digits.',
      'A port scan, a TCP health check that writes something, another protocol.',
    ],
    steps: [
      'Compare scheme and port: HTTP on `HTTP_PORT`, HTTPS on `HTTPS_PORT`.',
      'Percent-encode each part of the path by itself: `encodeURIComponent(tenantID)`.',
      'Point health checks at `GET /livez` or `GET /readyz`.',
    ],
    again: 'The same bytes are refused again.',
    see: ['api.md', 'configuration.md#http'],
  },
  'http.not-found': {
    what: 'There is no route of that path. Paths are case-sensitive and have no slash at the end.',
    causes: [
      'A slip in the path; the original’s route is `/vgw/outboundCalls/<tenantID>/startOutboundCall`.',
      'A tenantID with a slash that was not percent-encoded.',
      'The administration is asked for and `ADMIN_USERNAME` is not set: then `/v1/admin` does not exist.',
      'A proxy adds or takes away a prefix.',
    ],
    steps: [
      'Compare with the list of routes: `/docs` of the gateway, or `GET /v1/openapi.json`.',
      'Percent-encode the tenantID.',
      'Ask the gateway directly, without the proxy: `curl http://127.0.0.1:9080/livez`.',
    ],
    again: 'Not with the same path.',
    see: ['api.md'],
  },
  'http.method-not-allowed': {
    what: 'The path exists and takes other methods, which the header `Allow` names.',
    causes: [
      'GET where POST is wanted, as when a URL is opened in a browser.',
      'A redirect of a proxy that made a GET of a POST.',
    ],
    steps: [
      'Use a method of the `Allow` header.',
      'Let the proxy answer with 307 or 308, or call the https address at once.',
    ],
    again: 'Not with the same method.',
    see: ['api.md'],
  },
  'http.timeout': {
    what: 'The request did not arrive whole in time. The connection was closed, so that slow clients cannot hold all connections.',
    causes: [
      'The client announces a longer body than it sends (`Content-Length`).',
      'It opens connections ahead and leaves them idle.',
      'A very slow or lossy network.',
    ],
    steps: [
      'Send headers and body in one go.',
      'Look for a `Content-Length` that counts characters instead of bytes.',
      'Let idle connections be closed after less than 5 s, or be ready to open a new one.',
    ],
    again: 'Yes, at once.',
    see: ['api.md#limits'],
  },
  'http.headers-too-large': {
    what: 'The headers of the request are over 16 KiB together.',
    causes: [
      'A browser or a proxy sends many cookies of the same host.',
      'A proxy adds long headers, or a token is very long.',
    ],
    steps: ['Leave out cookies: the API takes none.', 'Let the proxy drop headers that nobody reads here.'],
    again: 'Not with the same headers.',
    see: ['api.md#limits'],
  },
} as const satisfies Readonly<Record<string, ErrorPage>>;
