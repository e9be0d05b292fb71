/** A route under `/v1` as data: what answers it, and what docs/openapi.json says of it. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  err,
  type GatewayError,
  gatewayError,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';
import type { StoredCall } from '../../store/index.ts';
import type { Tenant } from '../../tenants/index.ts';
import type { ApiPorts } from '../ports.ts';
import type { ApiErrorCode } from '../problem.ts';

export const tenantPath = '/v1/tenants/:tenantId';

export interface RouteDescription {
  readonly method: 'DELETE' | 'GET' | 'POST';
  /** Behind `tenantPath`; parameters as `:name`. With `:sessionId`, the call is looked up before anything else. */
  readonly path: string;
  /** Names the route in the client and in the document. */
  readonly operationId: string;
  /** One line. */
  readonly summary: string;
  readonly description: string;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodObject;
  /** A body that can be sent as it is. */
  readonly example?: JsonObject;
  readonly answers: readonly AnswerDescription[];
  /** Beside those that every route has. */
  readonly problems: readonly ApiErrorCode[];
  /** `link`: a signature in the query does instead of credentials. */
  readonly access: 'credentials' | 'link';
}

/** Who may ask. `admin`: the credentials of the operator. */
export type Access = RouteDescription['access'] | 'admin' | 'open';

/** Any route of the gateway, as the document tells of it. */
export interface DescribedRoute extends Omit<RouteDescription, 'access' | 'path'> {
  /** The whole path; parameters as `:name`. */
  readonly url: string;
  /** The group that it stands in. */
  readonly tag: string;
  readonly access: Access;
}

export interface AnswerDescription {
  readonly status: number;
  readonly description: string;
  /** Of a JSON body. */
  readonly schema?: z.ZodType;
  /** Of another body. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that was let in. */
export interface Asked<Query, Body> {
  readonly tenant: Tenant;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly sourceAddress: string;
}

export interface AskedOfCall<Query, Body> extends Asked<Query, Body> {
  readonly call: StoredCall;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log. */
  readonly sessionId?: string;
  /** Takes the connection over instead of answering with `body`. */
  readonly take?: (reply: FastifyReply) => void;
}

export type Answered = Promise<Result<Answer, GatewayError>>;

export interface V1Route extends RouteDescription {
  run(asked: Asked<unknown, Json | undefined>, call: StoredCall | undefined, ports: ApiPorts): Answered;
}

/** What a schema lets through. */
export type Parsed<S extends z.ZodObject | undefined> = S extends z.ZodObject ? z.infer<S> : undefined;

type Schemas<Q, B> = { readonly query?: Q; readonly body?: B };

/** A route of the tenant as a whole. */
export function tenantRoute<
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodObject | undefined = undefined,
>(
  description: Omit<RouteDescription, 'query' | 'body'> & Schemas<Q, B>,
  handle: (asked: Asked<Parsed<Q>, Parsed<B>>, ports: ApiPorts) => Answered,
): V1Route {
  return {
    ...described(description),
    run: async (asked, _call, ports) => {
      const read = readInput(description, asked);
      return read.ok ? handle(read.value, ports) : read;
    },
  };
}

/** A route of one call. */
export function callRoute<Q extends z.ZodObject | undefined = undefined, B extends z.ZodObject | undefined = undefined>(
  description: Omit<RouteDescription, 'query' | 'body'> & Schemas<Q, B>,
  handle: (asked: AskedOfCall<Parsed<Q>, Parsed<B>>, ports: ApiPorts) => Answered,
): V1Route {
  return {
    ...described(description),
    run: async (asked, call, ports) => {
      if (call === undefined) throw new TypeError(`${description.path} was reached without a call`);
      const read = readInput(description, asked);
      return read.ok ? handle({ ...read.value, call }, ports) : read;
    },
  };
}

function described<Q, B>({
  query,
  body,
  ...rest
}: Omit<RouteDescription, 'query' | 'body'> & Schemas<Q, B>): RouteDescription {
  return {
    ...rest,
    ...(query instanceof z.ZodObject ? { query } : {}),
    ...(body instanceof z.ZodObject ? { body } : {}),
  };
}

function readInput<Q extends z.ZodObject | undefined, B extends z.ZodObject | undefined>(
  { query, body }: Schemas<Q, B>,
  asked: Asked<unknown, Json | undefined>,
): Result<Asked<Parsed<Q>, Parsed<B>>, GatewayError> {
  const readQuery = query === undefined ? ok(undefined) : read(query, asked.query, 'query');
  if (!readQuery.ok) return readQuery;
  const readBody = body === undefined ? ok(undefined) : read(body, asked.body ?? {}, 'body');
  if (!readBody.ok) return readBody;
  // What a schema has let through has its type.
  return ok({ ...asked, query: readQuery.value as Parsed<Q>, body: readBody.value as Parsed<B> });
}

function read(schema: z.ZodObject, value: unknown, where: 'query' | 'body'): Result<unknown, GatewayError> {
  if (!isJsonObject(value)) return err(gatewayError('request.malformed', 'The body is not a JSON object.'));
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
    const name = path.map(String).join('.').slice(0, 100);
    return `${name === '' ? `The ${where}` : name}: ${message.slice(0, 200)}.`;
  });
  return err(gatewayError('request.malformed', issues.join(' ')));
}
