/** What the printed client stands on: one request, one answer or one problem, and streams that go on where they broke. */

export interface ClientOptions {
  /** Of the gateway, such as `https://gateway.example.net:8443`. */
  readonly baseUrl: string;
  readonly tenantId: string;
  /** HTTP Basic; nothing is sent without a user name. */
  readonly username?: string;
  readonly password?: string;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Between two tries to follow events again, in ms; 1000 unless told otherwise. */
  readonly reconnectMs?: number;
}

/** One request of the client. */
export interface Exchange {
  readonly method: string;
  /** Behind the path of the tenant. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The gateway refused a request; `code` is stable (docs/errors.md). */
export class OutdialProblem extends Error {
  readonly code: string;
  readonly status: number;
  /** Seconds after which the same request may succeed, when the gateway said so. */
  readonly retryAfterS: number | undefined;

  constructor(code: string, status: number, message: string, retryAfterS: number | undefined) {
    super(message);
    this.name = 'OutdialProblem';
    this.code = code;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/** Rejects with `OutdialProblem`, or with what `fetch` says when there was no answer. */
export async function sendForJson<T>(options: ClientOptions, exchange: Exchange): Promise<T> {
  const response = await sendForResponse(options, exchange);
  // What it holds is the gateway's promise (docs/openapi.json).
  return (await response.json()) as T;
}

/** The same for what is no JSON: the body is the caller's to read. */
export async function sendForResponse(options: ClientOptions, exchange: Exchange): Promise<Response> {
  const { method, path, query = {}, headers = {}, body, signal } = exchange;
  const url = new URL(`/v1/tenants/${encodeURIComponent(options.tenantId)}${path}`, options.baseUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, value);
  if (options.username !== undefined) {
    const bytes = new TextEncoder().encode(`${options.username}:${options.password ?? ''}`);
    sent.set('authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`);
  }
  if (body !== undefined) sent.set('content-type', 'application/json');
  const response = await (options.fetch ?? fetch)(url, {
    method,
    headers: sent,
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.ok) return response;
  throw await problemOf(response);
}

/** What a response that is not `ok` says; for routes, too, that the client has no method for. */
export async function problemOf(response: Response): Promise<OutdialProblem> {
  const text = await response.text();
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterS = Number.isFinite(retryAfter) ? retryAfter : undefined;
  try {
    const { code, failureReason }: Readonly<Record<string, unknown>> = JSON.parse(text);
    if (typeof code === 'string') return new OutdialProblem(code, response.status, String(failureReason), retryAfterS);
  } catch {
    // Somebody in between has answered.
  }
  return new OutdialProblem('unknown', response.status, `HTTP status ${response.status}`, retryAfterS);
}

/**
 * Items of a stream, from now on through every connection that it takes, until the gateway says that there are no more or
 * `signal` aborts. What the gateway refuses for good is thrown.
 */
export async function* followStream<T>(options: ClientOptions, exchange: Exchange): AsyncGenerator<T, void, undefined> {
  let lastId = exchange.headers?.['Last-Event-ID'];
  while (!isAborted(exchange)) {
    const headers = { ...exchange.headers, 'Last-Event-ID': lastId };
    // One for each connection: a signal that lives long must not collect what listens to it.
    const connection = new AbortController();
    const cut = (): void => {
      connection.abort();
    };
    exchange.signal?.addEventListener('abort', cut);
    try {
      const response = await sendForResponse(options, { ...exchange, headers, signal: connection.signal });
      if (response.status === 204 || response.body === null) return;
      for await (const { id, data } of readItems(response.body, connection.signal)) {
        lastId = id;
        if (data !== '') {
          const item: T = JSON.parse(data);
          yield item;
        }
      }
    } catch (fault) {
      if (isAborted(exchange)) return;
      if (fault instanceof OutdialProblem && fault.status < 500 && fault.status !== 429) throw fault;
    } finally {
      exchange.signal?.removeEventListener('abort', cut);
      cut();
    }
    await pause(options.reconnectMs ?? 1000, exchange.signal);
  }
}

function isAborted({ signal }: Exchange): boolean {
  return signal?.aborted === true;
}

/** Server-sent events as the gateway writes them: `id` and at most one line of `data`. Ends when `signal` aborts. */
async function* readItems(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<{ id: string; data: string }> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  // By itself: the `fetch` of Node 20 forgets the signal once its request has been collected as garbage, and reads for ever.
  signal.addEventListener('abort', () => {
    reader.cancel().catch(() => undefined);
  });
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const id = valueOf(lines, 'id: ');
      if (id !== undefined) yield { id, data: valueOf(lines, 'data: ') ?? '' };
    }
  }
}

function valueOf(lines: readonly string[], prefix: string): string | undefined {
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}
