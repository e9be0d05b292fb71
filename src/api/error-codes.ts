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
import { completedEnds } from '../kit/index.ts';
import { type ApiErrorCode, kindOf, retryAfterS } from './problem.ts';
import { describedRoutes } from './v1/openapi.ts';
import { type DescribedRoute, tenantPath } from './v1/route.ts';

export const pageCodes = Object.keys(errorPages) as readonly PageCode[];

/** The page of a code; undefined for a text that is no code. */
export function findErrorPage(code: string): DescribedPage | undefined {
  return isOneOf(errorPages, code) ? describePage(factsOf(code), errorPages[code]) : undefined;
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
  const { help, isRetryable, blame, status } = kindOf(code);
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

function routesAnswering(code: ApiErrorCode): readonly string[] {
  if (code.startsWith('http.')) return ['any path'];
  const routes = describedRoutes.filter(({ problems }) => problems.includes(code));
  const [ofTenants, others] = [routes.filter(isOfTenant), routes.filter((route) => !isOfTenant(route))];
  const isEvery = ofTenants.length === describedRoutes.filter(isOfTenant).length;
  return [
    ...others.map(nameOf),
    ...(isEvery ? [`every route under \`${placeholders(tenantPath)}\``] : ofTenants.map(nameOf)),
  ];
}

function isOfTenant({ url }: DescribedRoute): boolean {
  return url.startsWith(tenantPath);
}

function nameOf({ method, url }: DescribedRoute): string {
  return `\`${method} ${placeholders(url)}\``;
}

function placeholders(path: string): string {
  return path
    .replaceAll(':sessionId', '<vgwSessionID>')
    .replaceAll(':tenantId', '<tenantID>')
    .replaceAll(/:(\w+)/g, '<$1>');
}
