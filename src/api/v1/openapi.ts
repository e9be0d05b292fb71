/** The OpenAPI 3.1 document of `/v1`, made of the table of routes. `docs/openapi.json` and the client are printed from it. */
import { z } from 'zod';
import { type JsonObject, isJsonObject, type Json } from '../../kit/index.ts';
import { type ApiErrorCode, kindOf } from '../problem.ts';
import { eventSchema } from './event-routes.ts';
import { type AnswerDescription, type RouteDescription, tenantPath } from './route.ts';
import { v1Routes } from './v1-routes.ts';

/** What every route may answer. */
const commonProblems: readonly ApiErrorCode[] = [
  'tenant.unknown',
  'tenant.misconfigured',
  'auth.required',
  'auth.too-many-failures',
  'store.unavailable',
  'internal.bug',
];

const problemSchema = z
  .object({
    failureReason: z.string().describe('For people: what happened and what to do.'),
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; see docs/errors.md.'),
    docs: z.string().describe('Path of the page of the code: causes and what to do.'),
  })
  .meta({ id: 'Problem' });

const parameterTexts: Readonly<Record<string, string>> = {
  tenantId: 'The tenantID, percent-encoded.',
  sessionId: 'The vgwSessionID of the call.',
  sequence: 'The sequence of an event of the call.',
};

/** Schemas that routes name, by name. */
type Components = Map<string, Json>;

export function printOpenApi(version: string): JsonObject {
  const components: Components = new Map();
  const problem = toSchema(problemSchema, 'output', components);
  const paths: Record<string, JsonObject> = {};
  for (const route of v1Routes) {
    const path = `${tenantPath}${route.path}`.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, problem, components) };
  }
  const event = toSchema(eventSchema, 'output', components);
  return {
    openapi: '3.1.1',
    info: {
      title: 'outdial',
      version,
      description:
        'Places calls and follows them. Every call belongs to a tenant, whose credentials open its calls only.',
    },
    servers: [{ url: '/' }],
    security: [{ basic: [] }],
    paths,
    webhooks: { callEvent: webhookOf(event) },
    components: {
      schemas: Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1))),
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'REST_API_USERNAME, or restAPI of the tenant.' },
        link: { type: 'apiKey', in: 'query', name: 'signature', description: 'A signed link, with its expires.' },
      },
    },
  };
}

function webhookOf(event: Json): JsonObject {
  return {
    post: {
      operationId: 'receiveCallEvent',
      summary: 'A state or an event of a call',
      description:
        'Posted to the statusWebhook of the call, in the order of sequence, until it is answered with 2xx. States always; more by OUTDIAL_WEBHOOK_EVENTS. Signed by webhook-signature when the tenant has signing keys.',
      parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
        name,
        in: 'header',
        required: name !== 'webhook-signature',
        schema: { type: 'string' },
      })),
      requestBody: { required: true, content: { 'application/json': { schema: event } } },
      responses: {
        '200': { description: 'Taken. Any 2xx does.' },
        '410': { description: 'Nothing more of this call is sent.' },
      },
    },
  };
}

function operationOf(route: RouteDescription, problem: Json, components: Components): JsonObject {
  const { operationId, summary, description, body, access } = route;
  return {
    operationId,
    summary,
    description,
    ...(access === 'link' ? { security: [{ basic: [] }, { link: [] }] } : {}),
    parameters: parametersOf(route, components),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: toSchema(body, 'input', components) } },
          },
        }),
    responses: { ...answersOf(route.answers, components), ...problemsOf(route, problem) },
  };
}

function parametersOf({ path, query, headers = {} }: RouteDescription, components: Components): readonly JsonObject[] {
  const names = [...`${tenantPath}${path}`.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const inPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    description: parameterTexts[name] ?? '',
    schema: { type: 'string' },
  }));
  const inHeader = Object.entries(headers).map(([name, text]) => ({
    name,
    in: 'header',
    required: false,
    description: text,
    schema: { type: 'string' },
  }));
  const schema = query === undefined ? {} : toSchema(query, 'input', components);
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {};
  const inQuery = Object.entries(properties).map(([name, each]) => ({
    name,
    in: 'query',
    required: false,
    schema: each,
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

function answersOf(answers: readonly AnswerDescription[], components: Components): JsonObject {
  return Object.fromEntries(
    answers.map(({ status, description, schema, contentType, headers }) => [
      String(status),
      {
        description,
        ...(headers === undefined
          ? {}
          : {
              headers: Object.fromEntries(
                Object.entries(headers).map(([name, text]) => [
                  name,
                  { description: text, schema: { type: 'string' } },
                ]),
              ),
            }),
        ...(schema === undefined
          ? {}
          : { content: { 'application/json': { schema: toSchema(schema, 'output', components) } } }),
        ...(contentType === undefined ? {} : { content: { [contentType]: { schema: { type: 'string' } } } }),
      },
    ]),
  );
}

/** Every code that a route may answer with. */
export function problemCodesOf(route: RouteDescription): ReadonlySet<ApiErrorCode> {
  const hasInput = route.body !== undefined || route.query !== undefined || route.headers !== undefined;
  return new Set<ApiErrorCode>([
    ...commonProblems,
    ...(hasInput ? (['request.malformed'] as const) : []),
    ...(route.path.includes(':sessionId') ? (['call.unknown'] as const) : []),
    ...route.problems,
  ]);
}

function problemsOf(route: RouteDescription, problem: Json): JsonObject {
  const codes = problemCodesOf(route);
  return Object.fromEntries(
    [...groupByStatus(codes)].map(([status, names]) => [
      String(status),
      {
        description: names.join(', '),
        content: {
          'application/json': {
            schema: { allOf: [problem, { type: 'object', properties: { code: { enum: names } } }] },
          },
        },
      },
    ]),
  );
}

function groupByStatus(codes: ReadonlySet<ApiErrorCode>): ReadonlyMap<number, readonly ApiErrorCode[]> {
  const byStatus = new Map<number, ApiErrorCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = kindOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

/** As JSON Schema; what is named moves into `components`. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Components): JsonObject {
  const printed: unknown = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // The only checks of our own are those for objects.
      if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'object';
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // Answers may come to hold more.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      delete jsonSchema.propertyNames;
    },
  });
  const { $schema: _, $defs, ...own } = JSON.parse(JSON.stringify(printed)) as Record<string, Json>;
  if (isJsonObject($defs)) for (const [name, each] of Object.entries($defs)) components.set(name, moveReferences(each));
  const moved = moveReferences(own);
  return isJsonObject(moved) ? moved : {};
}

function moveReferences(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => moveReferences(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name === '$ref' && typeof inner === 'string'
        ? [name, inner.replace('#/$defs/', '#/components/schemas/')]
        : [name, moveReferences(inner)],
    ),
  );
}
