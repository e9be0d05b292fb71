/** The routes that belong to no tenant under `/v1`, and the one of the original, as the document tells of them. */
import { z } from 'zod';
import { adminStatusPath, reloadPath } from '../admin-routes.ts';
import { metricsPaths } from '../metrics-answer.ts';
import { startCallExample, startCallFields, startCallPath } from '../start-call-request.ts';
import { statusTable } from '../status-table.ts';
import type { DescribedRoute } from './route.ts';
import { gatewayStatus } from './status-routes.ts';

export const openApiPath = '/v1/openapi.json';

const startCall: DescribedRoute = {
  method: 'POST',
  url: startCallPath,
  tag: 'Contract',
  operationId: 'startOutboundCall',
  summary: 'Start a call, as the original does',
  description:
    'The call is stored when this is answered; what becomes of it is told to `statusWebhook`. Without a tenant file every tenantID is accepted.',
  body: startCallFields,
  example: startCallExample,
  answers: [
    {
      status: 200,
      description: 'The call is accepted and stored.',
      schema: z.object({
        msg: z.string().describe('For people; also names keys of tenantConfig that have no effect.'),
        vgwSessionID: z.string(),
      }),
    },
  ],
  problems: statusTable.flatMap(({ code }) => (code === undefined ? [] : [code])),
  access: 'credentials',
};

const reload: DescribedRoute = {
  method: 'POST',
  url: reloadPath,
  tag: 'Operation',
  operationId: 'reload',
  summary: 'Read tenants, secrets and dialogs again',
  description:
    'Running calls keep what they began with. After any mistake nothing is changed. There only when ADMIN_USERNAME is set; else 404.',
  answers: [
    {
      status: 200,
      description: 'Everything was read again.',
      schema: z.object({
        status: z.literal('reloaded'),
        tenants: z.int().describe('In the tenant file; 0 without one.'),
        notices: z.array(z.string()),
      }),
    },
  ],
  problems: ['auth.required', 'auth.too-many-failures', 'http.not-found', 'config.invalid', 'internal.bug'],
  access: 'admin',
};

const adminStatus: DescribedRoute = {
  method: 'GET',
  url: adminStatusPath,
  tag: 'Operation',
  operationId: 'getGatewayStatus',
  summary: 'See how the gateway is',
  description:
    'Tenants, the trunk, gateways that share the database, limits and what of them is used. There only when ADMIN_USERNAME is set; else 404.',
  answers: [{ status: 200, description: 'The state of things.', schema: gatewayStatus }],
  problems: ['auth.required', 'auth.too-many-failures', 'http.not-found', 'internal.bug'],
  access: 'admin',
};

const probe = z.object({ status: z.string(), version: z.string() });
const readiness = z.object({
  status: z.enum(['ready', 'not ready']),
  reasons: z.array(z.string()).optional().describe('Why no new call is taken.'),
  remarks: z.array(z.string()).optional().describe('What is amiss and keeps no call from being taken.'),
});

const probes: readonly DescribedRoute[] = [
  {
    method: 'GET',
    url: '/livez',
    tag: 'Operation',
    operationId: 'isLive',
    summary: 'Whether the process works',
    description: 'For an orchestrator: a process that answers 503 should be started again.',
    answers: [
      { status: 200, description: 'It works.', schema: probe },
      { status: 503, description: 'It does not.', schema: probe },
    ],
    problems: [],
    access: 'open',
  },
  {
    method: 'GET',
    url: '/readyz',
    tag: 'Operation',
    operationId: 'isReady',
    summary: 'Whether new calls are taken',
    description: 'For a load balancer: media threads, speech, SIP, the data directory and the store are looked at.',
    answers: [
      { status: 200, description: 'New calls are taken.', schema: readiness },
      { status: 503, description: 'They are not.', schema: readiness },
    ],
    problems: [],
    access: 'open',
  },
];

const metrics: readonly DescribedRoute[] = metricsPaths.map((url, index) => ({
  method: 'GET',
  url,
  tag: 'Operation',
  operationId: index === 0 ? 'getMetrics' : 'getApplicationMetrics',
  summary: index === 0 ? 'Metrics' : 'Metrics, at the path of the original',
  description:
    'In the Prometheus text format, or in JSON where Accept prefers it. Asks for the credentials of ADMIN_USERNAME with ENABLE_METRICS_AUTH.',
  answers: [{ status: 200, description: 'The metrics.', contentType: 'text/plain' }],
  problems: ['auth.required'],
  access: 'admin',
}));

const document: DescribedRoute = {
  method: 'GET',
  url: openApiPath,
  tag: 'Operation',
  operationId: 'getOpenApi',
  summary: 'This document',
  description: 'OpenAPI 3.1. Its samples name the host that it was asked for at.',
  answers: [{ status: 200, description: 'The document.', schema: z.record(z.string(), z.unknown()) }],
  problems: [],
  access: 'open',
};

export const contractRoutes: readonly DescribedRoute[] = [startCall];
export const operationRoutes: readonly DescribedRoute[] = [...probes, ...metrics, reload, adminStatus, document];
