/** The body of a start-call request: its fields, and the order that a good one makes. */
import { z } from 'zod';
import { hasControlCharacter, parseWebUrl, Secret } from '../config/index.ts';
import {
  err,
  type GatewayError,
  gatewayError,
  isJsonObject,
  type Json,
  type JsonObject,
  nearestName,
  ok,
  quoteName,
  type Result,
} from '../kit/index.ts';
import {
  applyTenantConfig,
  type BotAddress,
  requestedSpeechUrls,
  type StartCallOrder,
  type Tenant,
  type WebhookTarget,
} from '../tenants/index.ts';
import { bodyLimits } from './json-body.ts';
import type { ApiPorts } from './ports.ts';

const jsonObject = z.custom<JsonObject>(isJsonObject, 'expected an object');

export const startCallPath = '/vgw/outboundCalls/:tenantId/startOutboundCall';

/** For people to copy. A name, since addresses of documentation (RFC 5737) are reserved ones, which are not called. */
export const startCallExample = {
  from: 'sip:clinic@example.com',
  to: 'sip:bob@pbx.example.com',
  statusWebhook: 'http://127.0.0.1:8000/call-status',
};

/** The fields, each with the sentence that docs/api.md prints. Names and meaning are the original's. */
export const startCallFields = z.strictObject({
  to: z.string().describe('SIP or tel URI to call.'),
  from: z.string().optional().describe('SIP or tel URI of the caller. Without it, the tenant’s own.'),
  context: jsonObject.optional().describe('State variables for the context of the first turn. At most 16 KiB of JSON.'),
  tenantConfig: jsonObject
    .optional()
    .describe(
      'What this call does differently from its tenant: config, with the keys of the tenant file, and updateMethod, merge (the default) or replace.',
    ),
  route: z.string().optional().describe('Route header values for the INVITE, separated by commas.'),
  statusWebhook: z
    .string()
    .optional()
    .describe('http or https URL, up to 2048 characters, that call states are posted to.'),
  statusWebhookUsername: z.string().max(256).optional().describe('User name for the webhook (HTTP Basic).'),
  statusWebhookPassword: z.string().max(4096).optional().describe('Password for the webhook.'),
});

type StartCallFields = z.infer<typeof startCallFields>;

export interface StartCallRequest {
  readonly order: StartCallOrder;
  /** What was accepted without effect, one sentence each. */
  readonly notices: readonly string[];
}

type Checks = Pick<ApiPorts, 'checkCallUri' | 'checkRoutes' | 'checkRequestUrl'>;

/** Checks a body that `parseJsonBody` has let through, against its tenant. */
export function readStartCallRequest(
  body: Json,
  tenant: Tenant,
  deployment: Tenant,
  checks: Checks,
): Result<StartCallRequest, GatewayError> {
  if (!isJsonObject(body)) return malformed('The body is not a JSON object.');
  const parsed = startCallFields.safeParse(body);
  if (!parsed.success)
    return malformed(
      parsed.error.issues
        .slice(0, 5)
        .map((issue) => describeIssue(issue, body))
        .join(' '),
    );
  const fields = parsed.data;
  const fault = checkContext(fields.context) ?? checkUris(fields, checks);
  if (fault !== undefined) return err(fault);
  const routes = readRoutes(fields.route, checks);
  if (!routes.ok) return routes;
  const webhook = readWebhook(fields, tenant);
  if (!webhook.ok) return webhook;
  const applied = applyTenantConfig(tenant, deployment, fields.tenantConfig ?? {});
  if (!applied.ok) return malformed(`${applied.error}.`);
  const destination = checkDestinations(webhook.value, applied.value.tenant, checks);
  if (destination !== undefined) return err(destination);
  const from = fields.from ?? tenant.from;
  return ok({
    order: {
      tenant: applied.value.tenant,
      to: fields.to,
      ...(from === undefined ? {} : { from }),
      context: fields.context ?? {},
      routes: routes.value,
      ...(webhook.value === undefined ? {} : { webhook: webhook.value }),
    },
    notices: applied.value.notices,
  });
}

function malformed(message: string) {
  return err(gatewayError('request.malformed', message));
}

function describeIssue(issue: z.core.$ZodIssue, body: JsonObject): string {
  const field = String(issue.path[0] ?? '');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, 5)
        .map((key) => {
          const nearest = nearestName(key, Object.keys(startCallFields.shape))?.name ?? '';
          return `There is no field ${quoteName(key)}; the nearest known one is ${quoteName(nearest)}.`;
        })
        .join(' ');
    case 'invalid_type':
      return Object.hasOwn(body, field) ? `${field}: expected a ${issue.expected}.` : `${field} is missing.`;
    case 'too_big':
      return `${field} is longer than ${issue.maximum} characters.`;
    default:
      return `${field}: ${issue.message}.`;
  }
}

function checkUris(fields: StartCallFields, checks: Checks): GatewayError | undefined {
  for (const name of ['to', 'from'] as const) {
    const uri = fields[name];
    if (uri === undefined) continue;
    const checked = checks.checkCallUri(uri);
    if (!checked.ok) return gatewayError('request.bad-uri', `${name}: ${asSentence(checked.error)}`);
  }
  return undefined;
}

/** URLs that are the caller's word. What a name resolves to is judged when it is connected to. */
function checkDestinations(
  webhook: WebhookTarget | undefined,
  tenant: Tenant,
  { checkRequestUrl }: Checks,
): GatewayError | undefined {
  const { conversation } = tenant;
  const urls = [
    ...(webhook?.origin === 'request' ? [{ name: 'statusWebhook', url: webhook.url }] : []),
    ...(conversation.kind === 'dialog-file' ? [] : requestUrlsOf(conversation)),
    ...requestedSpeechUrls(tenant).map(({ name, url }) => ({ name: `tenantConfig.config.${name}`, url })),
  ];
  for (const { name, url } of urls) {
    const judged = checkRequestUrl(url);
    if (!judged.ok) return gatewayError('guard.destination', `${name} is not allowed: ${judged.error}`);
  }
  return undefined;
}

function requestUrlsOf({ url, origin, token }: BotAddress): readonly { readonly name: string; readonly url: string }[] {
  const at = 'tenantConfig.config.conversation';
  const tokenUrl = token?.kind === 'api-key' && token.origin === 'request' ? token.tokenUrl : undefined;
  return [
    ...(origin === 'request' ? [{ name: `${at}.url`, url }] : []),
    ...(tokenUrl === undefined ? [] : [{ name: `${at}.tokenServiceProviderUrl`, url: tokenUrl }]),
  ];
}

function asSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function checkContext(context: JsonObject | undefined): GatewayError | undefined {
  if (context === undefined || Buffer.byteLength(JSON.stringify(context)) <= bodyLimits.contextBytes) return undefined;
  return gatewayError('request.too-large', `The context is larger than ${bodyLimits.contextBytes} bytes.`);
}

/** Clients that join an empty list send an empty text: that is no route. */
function readRoutes(route: string | undefined, checks: Checks): Result<readonly string[], GatewayError> {
  if (route === undefined || route.trim() === '') return ok([]);
  const checked = checks.checkRoutes(route);
  return checked.ok ? checked : err(gatewayError('request.bad-uri', `route: ${asSentence(checked.error)}`));
}

/**
 * Where states go: the URL of the request with the credentials of the request, else the tenant's. The tenant's
 * credentials never go to an URL of the request; those of a request without an URL go to the tenant's.
 */
function readWebhook(fields: StartCallFields, tenant: Tenant): Result<WebhookTarget | undefined, GatewayError> {
  const { statusWebhook, statusWebhookUsername: username, statusWebhookPassword: password } = fields;
  if (username?.includes(':')) return malformed('statusWebhookUsername must not hold a colon (RFC 7617).');
  for (const [name, text] of Object.entries({ statusWebhookUsername: username, statusWebhookPassword: password })) {
    if (text !== undefined && hasControlCharacter(text)) return malformed(`${name} holds a control character.`);
  }
  const own = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: new Secret(password) }),
  };
  if (statusWebhook !== undefined) {
    const url = parseWebUrl(statusWebhook);
    return url.ok ? ok({ url: url.value, ...own, origin: 'request' }) : malformed(`statusWebhook: ${url.error}.`);
  }
  const { url, username: tenantUsername, password: tenantPassword } = tenant.webhook;
  if (url === undefined) return ok(undefined);
  const kept = {
    ...(tenantUsername === undefined ? {} : { username: tenantUsername }),
    ...(tenantPassword === undefined ? {} : { password: tenantPassword }),
  };
  return ok({ url, ...(username === undefined && password === undefined ? kept : own), origin: 'deployment' });
}
