/** The OpenAPI 3.1 document of the gateway, made of the tables of routes. `docs/openapi.json` and the client are printed from it. */
import { z } from 'zod';
import { type JsonObject, isJsonObject, type Json } from '../../kit/index.ts';
import { type ApiErrorCode, errorPagesRoot, kindOf } from '../problem.ts';
import { eventSchema } from './event-routes.ts';
import { contractRoutes, operationRoutes } from './outer-routes.ts';
import {
  type Access,
  type AnswerDescription,
  type DescribedRoute,
  type RouteDescription,
  tenantPath,
} from './route.ts';
import { printCurl, sampleParameters } from './sample-request.ts';
import { v1Groups } from './v1-routes.ts';

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

const groups: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'Contract', description: 'The route of the product whose REST contract outdial keeps.' },
  ...v1Groups.map(({ tag: name, description }) => ({ name, description })),
  { name: 'Operation', description: 'For whoever runs the gateway.' },
];

/** Every route that the document tells of, in its order. */
export const describedRoutes: readonly DescribedRoute[] = [
  ...contractRoutes,
  ...v1Groups.flatMap(({ tag, routes }) =>
    routes.map((route) => ({
      ...route,
      tag,
      url: `${tenantPath}${route.path}`,
      problems: [...problemCodesOf(route)],
    })),
  ),
  ...operationRoutes,
];

/** All of the document that takes long, and is the same whoever asks. */
interface Description {
  /** In the order of the routes. */
  readonly operations: readonly JsonObject[];
  readonly event: Json;
  readonly schemas: JsonObject;
}

let described: Description | undefined;

function describeRoutes(): Description {
  const components: Components = new Map();
  const problem = toSchema(problemSchema, 'output', components);
  const operations = describedRoutes.map((route) => operationOf(route, problem, components));
  const event = toSchema(eventSchema, 'output', components);
  const schemas = Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1)));
  return { operations, event, schemas };
}

/** `origin` is what the samples are printed for. Anybody may ask for it: what takes long is done for the first one. */
export function printOpenApi(version: string, origin: string): JsonObject {
  const { operations, event, schemas } = (described ??= describeRoutes());
  const paths: Record<string, JsonObject> = {};
  for (const [index, route] of describedRoutes.entries()) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    const operation = { ...operations[index], 'x-codeSamples': [sampleOf(route, origin)] };
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'outdial',
      version,
      description:
        'Places calls and follows them. Every call belongs to a tenant, whose credentials open its calls only. [What each error code means](/docs/errors).',
    },
    servers: [{ url: '/' }],
    security: [{ basic: [] }],
    tags: groups,
    paths,
    webhooks: { callEvent: webhookOf(event) },
    components: {
      schemas,
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'REST_API_USERNAME, or restAPI of the tenant.' },
        admin: { type: 'http', scheme: 'basic', description: 'ADMIN_USERNAME and ADMIN_PASSWORD.' },
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

function sampleOf({ method, url, access, example, answers }: DescribedRoute, origin: string): JsonObject {
  const contentType = answers.find((answer) => answer.contentType !== undefined)?.contentType;
  const order = {
    method,
    url,
    access,
    ...(example === undefined ? {} : { body: example }),
    ...(contentType === undefined ? {} : { contentType }),
  };
  return { lang: 'Shell', label: 'curl', source: printCurl(order, origin) };
}

function operationOf(route: DescribedRoute, problem: Json, components: Components): JsonObject {
  const { operationId, summary, description, tag, body, example, answers } = route;
  return {
    operationId,
    tags: [tag],
    summary,
    description: [description, ...pagesOf(route)].join('\n\n'),
    ...securityOf(route),
    parameters: parametersOf(route, components),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: toSchema(body, 'input', components),
                ...(example === undefined ? {} : { example }),
              },
            },
          },
        }),
    responses: { ...answersOf(answers, components), ...problemsOf(route, problem) },
  };
}

/** Links stand here: pages of documentation open answers by a click on their description. */
function pagesOf({ problems }: DescribedRoute): readonly string[] {
  if (problems.length === 0) return [];
  const links = problems.toSorted().map((name) => `[${name}](${errorPagesRoot}/${name})`);
  return [`What each failure means and what to do: ${links.join(', ')}.`];
}

/** Placeholders are no HTML, and SIP addresses no mail addresses. */
function asMarkdown(text: string): string {
  return text.replaceAll(/\S*<\w+>[^\s.,]*|\S+@\S+/g, '`$&`');
}

/** Nothing for what asks for the credentials of the tenant, as the document does. */
function securityOf({ access }: { readonly access: Access }): JsonObject {
  switch (access) {
    case 'credentials':
      return {};
    case 'link':
      return { security: [{ basic: [] }, { link: [] }] };
    case 'admin':
      return { security: [{ admin: [] }] };
    case 'open':
      return { security: [] };
    default:
      return access satisfies never;
  }
}

function parametersOf({ url, query, headers = {} }: DescribedRoute, components: Components): readonly JsonObject[] {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const inPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    description: parameterTexts[name] ?? '',
    schema: { type: 'string' },
    example: sampleParameters[name] ?? '',
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
function problemCodesOf(route: RouteDescription): ReadonlySet<ApiErrorCode> {
  const hasInput = route.body !== undefined || route.query !== undefined || route.headers !== undefined;
  return new Set<ApiErrorCode>([
    ...commonProblems,
    ...(hasInput ? (['request.malformed'] as const) : []),
    ...(route.path.includes(':sessionId') ? (['call.unknown'] as const) : []),
    ...route.problems,
  ]);
}

function problemsOf({ problems }: DescribedRoute, problem: Json): JsonObject {
  return Object.fromEntries(
    [...groupByStatus(new Set(problems))].map(([status, names]) => [
      String(status),
      {
        description: names.map((name) => `\`${name}\`: ${asMarkdown(kindOf(name).help)}`).join('\n\n'),
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
