// Prints the typed client (src/client/operations.ts) from the OpenAPI document of /v1.
import { isJsonObject, type Json, type JsonObject } from '../src/kit/index.ts';

const pathOfTenant = '/v1/tenants/{tenantId}';

interface Operation {
  readonly name: string;
  readonly method: string;
  /** Behind the path of the tenant. */
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly body: JsonObject | undefined;
  readonly answer: { readonly kind: 'json' | 'stream' | 'response'; readonly schema: Json };
}

interface Parameter {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  readonly schema: Json;
  readonly description: string;
}

export function printClient(document: JsonObject): string {
  const schemas = member(member(document, 'components'), 'schemas');
  const operations = operationsOf(document);
  return [
    '// Printed by scripts/print-client.ts from the routes of /v1: change those, then run `npm run docs`.',
    "import { type ClientOptions, followStream, sendForJson, sendForResponse } from './transport.ts';",
    ...Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema, 0)};`),
    ...operations.map(printInput),
    `export interface OutdialClient {\n${operations.map(printSignature).join('\n')}\n}`,
    '/** A client of one tenant. Requests that are refused reject with `OutdialProblem`. */\n' +
      `export function createOutdialClient(options: ClientOptions): OutdialClient {\n  return {\n${operations
        .map(printMethod)
        .join('\n')}\n  };\n}`,
  ]
    .join('\n\n')
    .concat('\n');
}

function operationsOf(document: JsonObject): readonly Operation[] {
  return Object.entries(member(document, 'paths')).flatMap(([path, methods]) =>
    isJsonObject(methods) && path.startsWith(pathOfTenant)
      ? Object.entries(methods).flatMap(([method, each]) =>
          isJsonObject(each) ? [readOperation(path, method, each)] : [],
        )
      : [],
  );
}

function readOperation(path: string, method: string, operation: JsonObject): Operation {
  const parameters = list(operation['parameters'])
    .filter(isJsonObject)
    .filter(({ name }) => name !== 'tenantId');
  const content = member(member(operation, 'requestBody'), 'content');
  const body = member(content, 'application/json')['schema'];
  const isBare = isJsonObject(body) && Object.keys(member(body, 'properties')).length === 0;
  return {
    name: text(operation['operationId']),
    method: method.toUpperCase(),
    path: path.slice(pathOfTenant.length),
    summary: text(operation['summary']),
    parameters: parameters.map((each) => ({
      name: text(each['name']),
      place: each['in'] === 'path' ? 'path' : each['in'] === 'query' ? 'query' : 'header',
      schema: each['schema'] ?? {},
      description: text(each['description']) || text(member(each, 'schema')['description']),
    })),
    body: isJsonObject(body) && !isBare ? body : undefined,
    answer: answerOf(member(operation, 'responses')),
  };
}

function answerOf(responses: JsonObject): Operation['answer'] {
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'));
  const content = isJsonObject(good?.[1]) ? member(good[1], 'content') : {};
  if (content['text/event-stream'] !== undefined) {
    return { kind: 'stream', schema: { $ref: '#/components/schemas/CallEvent' } };
  }
  const json = content['application/json'];
  return isJsonObject(json) ? { kind: 'json', schema: json['schema'] ?? {} } : { kind: 'response', schema: {} };
}

function printInput(operation: Operation): string {
  const members = operation.parameters.map(({ name, place, schema, description }) => {
    const comment = description === '' ? '' : `  /** ${description} */\n`;
    return `${comment}  readonly ${camel(name)}${place === 'path' ? '' : '?'}: ${typeOf(schema, 1)};`;
  });
  const body = operation.body === undefined ? [] : [`  readonly body: ${typeOf(operation.body, 1)};`];
  return `export interface ${inputName(operation)} {\n${[...members, ...body, '  readonly signal?: AbortSignal;'].join('\n')}\n}`;
}

function printSignature(operation: Operation): string {
  const { name, summary, answer } = operation;
  const result =
    answer.kind === 'stream'
      ? `AsyncGenerator<${typeOf(answer.schema, 1)}, void, undefined>`
      : `Promise<${answer.kind === 'response' ? 'Response' : typeOf(answer.schema, 1)}>`;
  return `  /** ${summary}. */\n  ${name}(input${needsInput(operation) ? '' : '?'}: ${inputName(operation)}): ${result};`;
}

function printMethod(operation: Operation): string {
  const { name, method, path, parameters, answer } = operation;
  const send = { json: 'sendForJson', stream: 'followStream', response: 'sendForResponse' }[answer.kind];
  const group = (place: Parameter['place']): string =>
    parameters
      .filter((each) => each.place === place)
      .map((each) => `${quoted(each.name)}: input.${camel(each.name)}`)
      .join(', ');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => `\${encodeURIComponent(input.${parameter})}`);
  // A command without members has a body all the same.
  const body = operation.body === undefined ? (method === 'POST' ? '{}' : undefined) : 'input.body';
  const members = [
    `method: '${method}'`,
    `path: ${filled.includes('$') ? `\`${filled}\`` : `'${filled}'`}`,
    ...(group('query') === '' ? [] : [`query: { ${group('query')} }`]),
    ...(group('header') === '' ? [] : [`headers: { ${group('header')} }`]),
    ...(body === undefined ? [] : [`body: ${body}`]),
    'signal: input.signal',
  ];
  const given = needsInput(operation) ? 'input' : 'input = {}';
  return `    ${name}: (${given}) => ${send}(options, { ${members.join(', ')} }),`;
}

function needsInput({ parameters, body }: Operation): boolean {
  return body !== undefined || parameters.some(({ place }) => place === 'path');
}

function inputName({ name }: Operation): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
}

/** A JSON Schema as a type. */
function typeOf(schema: Json, depth: number): string {
  if (!isJsonObject(schema)) return 'unknown';
  const { $ref, anyOf, const: only, enum: values, type } = schema;
  if (typeof $ref === 'string') return $ref.replace(/^.*\//, '');
  if (only !== undefined) return literal(only);
  if (values !== undefined) return list(values).map(literal).join(' | ');
  if (anyOf !== undefined)
    return list(anyOf)
      .map((each) => typeOf(each, depth))
      .join(' | ');
  if (Array.isArray(type)) return type.map((each: Json) => typeOf({ ...schema, type: each }, depth)).join(' | ');
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return type;
    case 'integer':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema['items'] ?? {}, depth)})[]`;
    case 'object':
      return objectType(schema, depth);
    default:
      return 'unknown';
  }
}

function objectType(schema: JsonObject, depth: number): string {
  const properties = Object.entries(member(schema, 'properties'));
  const more = schema['additionalProperties'];
  if (properties.length === 0)
    return `Readonly<Record<string, ${isJsonObject(more) ? typeOf(more, depth) : 'unknown'}>>`;
  const required = new Set(list(schema['required']));
  const indent = '  '.repeat(depth + 1);
  const lines = properties.map(([name, each]) => {
    const description = isJsonObject(each) ? text(each['description']) : '';
    const comment = description === '' ? '' : `${indent}/** ${description} */\n`;
    return `${comment}${indent}readonly ${quoted(name)}${required.has(name) ? '' : '?'}: ${typeOf(each, depth + 1)};`;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

function literal(value: Json): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
}

function camel(name: string): string {
  const words = name.split('-').map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`);
  return words.length === 1 ? name : words.join('').replace(/^./, (first) => first.toLowerCase());
}

function member(value: Json, name: string): JsonObject {
  const inner = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(inner) ? inner : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
