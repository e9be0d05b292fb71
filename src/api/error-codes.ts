/** Every code that people may meet, with what its registry knows of it and where it is answered: what the pages of docs/errors tell. */
import {
  type CodeFacts,
  type CommandErrorKind,
  commandErrorKinds,
  type DescribedPage,
  describePage,
  errorPages,
  type PageCode,
} from '../error-pages/index.ts';
import { completedEnds, type ErrorKind, errorKinds } from '../kit/index.ts';
import { type ApiErrorCode, httpErrorKinds, retryAfterS } from './problem.ts';
import { statusTable } from './status-table.ts';
import { problemCodesOf } from './v1/openapi.ts';
import { tenantPath } from './v1/route.ts';
import { v1Routes } from './v1/v1-routes.ts';

export const pageCodes = Object.keys(errorPages) as readonly PageCode[];

/** The page of a code; undefined for a text that is no code. */
export function findErrorPage(code: string): DescribedPage | undefined {
  const known = pageCodes.find((each) => each === code);
  return known === undefined ? undefined : describePage(factsOf(known), errorPages[known]);
}

/** What the registry says of a code in a sentence or two. */
export function helpOf(code: PageCode): string {
  return factsOf(code).help;
}

function factsOf(code: PageCode): CodeFacts {
  if (isOneOf(completedEnds, code)) return { code, help: completedEnds[code], isRetryable: false };
  if (isOneOf(commandErrorKinds, code)) {
    const { exitCode, help, isRetryable }: CommandErrorKind = commandErrorKinds[code];
    return { code, help, isRetryable, exitCode };
  }
  const { help, isRetryable, blame, status }: ErrorKind = isOneOf(errorKinds, code)
    ? errorKinds[code]
    : httpErrorKinds[code];
  const waitS = retryAfterS(code);
  return {
    code,
    help,
    isRetryable,
    blame,
    status,
    ...(waitS === undefined ? {} : { retryAfterS: waitS }),
    routes: routesAnswering(code),
  };
}

function isOneOf<T extends object>(table: T, code: PropertyKey): code is keyof T {
  return Object.hasOwn(table, code);
}

const startCallRoute = '`POST /vgw/outboundCalls/<tenantID>/startOutboundCall`';
/** What is answered by hand, of no table. */
const otherRoutes: Partial<Record<ApiErrorCode, readonly string[]>> = {
  'auth.required': ['`GET /metrics`', '`/v1/admin`'],
  'config.invalid': ['`POST /v1/admin/reload`'],
};

function routesAnswering(code: ApiErrorCode): readonly string[] {
  const isOfHttp = code.startsWith('http.');
  if (isOfHttp) return ['any path'];
  const ofOriginal = statusTable.some((row) => row.code === code) ? [startCallRoute] : [];
  const routes = v1Routes.filter((route) => problemCodesOf(route).has(code));
  const ofV1 =
    routes.length === v1Routes.length
      ? [`every route under \`${placeholders(tenantPath)}\``]
      : routes.map(({ method, path }) => `\`${method} ${placeholders(tenantPath)}${placeholders(path)}\``);
  return [...ofOriginal, ...ofV1, ...(otherRoutes[code] ?? [])];
}

function placeholders(path: string): string {
  return path
    .replaceAll(':sessionId', '<vgwSessionID>')
    .replaceAll(':tenantId', '<tenantID>')
    .replaceAll(/:(\w+)/g, '<$1>');
}
