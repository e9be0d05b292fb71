/** `GET /metrics`, and `/metrics/application` as the original has it: who may read them and in which format. */
import type { IncomingHttpHeaders } from 'node:http';
import { err, type GatewayError, gatewayError, ok, type Result } from '../kit/index.ts';
import { metricsContentType } from '../metrics/index.ts';
import { isAuthorized } from './basic-auth.ts';
import type { MetricsPort } from './ports.ts';

export const metricsPaths = ['/metrics', '/metrics/application'] as const;

export interface ScrapeAnswer {
  readonly contentType: string;
  readonly body: string;
}

export function readScrape(
  metrics: MetricsPort,
  { accept, authorization }: Pick<IncomingHttpHeaders, 'accept' | 'authorization'>,
): Result<ScrapeAnswer, GatewayError> {
  if (metrics.credentials !== undefined && !isAuthorized(authorization, metrics.credentials)) {
    return err(gatewayError('auth.required', 'The credentials are missing or wrong.'));
  }
  return ok(
    isJsonPreferred(accept ?? '')
      ? { contentType: 'application/json; charset=utf-8', body: JSON.stringify(metrics.json()) }
      : { contentType: metricsContentType, body: metrics.text() },
  );
}

/** Whether an Accept header (RFC 9110 §12.5.1) names JSON and gives it more weight than text. */
function isJsonPreferred(accept: string): boolean {
  let json = 0;
  let text = 0;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2)) || 0;
    if (type === 'application/json') json = Math.max(json, weight);
    else if (type === 'text/plain' || type === 'text/*') text = Math.max(text, weight);
  }
  return json > text;
}
