export { type ApiRoute, createApi, routesOf } from './create-api.ts';
export { bodyLimits } from './json-body.ts';
export { type PageFiles, readPageFiles } from './pages/page-files.ts';
export { adminStatusPath, reloadPath } from './admin-routes.ts';
export {
  type ReloadProblem,
  type ReloadReport,
  type ApiLog,
  type ApiPorts,
  type ApiTimeouts,
  type AuditPort,
  defaultTimeouts,
  listenBacklog,
  type MetricsPort,
} from './ports.ts';
export { type ApiErrorCode, httpErrorKinds, type ProblemBody } from './problem.ts';
export { startCallFields } from './start-call-request.ts';
export { type StatusRow, statusTable } from './status-table.ts';
export { listenSecurely, type SecureListener, type TlsIdentity } from './secure-listener.ts';
export type { EventFeed, EventSource, V1Ports } from './v1/ports.ts';
export type { GatewayStatus, ProviderInUse, TenantStatus, TrunkHealth } from './v1/status-routes.ts';
export { printOpenApi } from './v1/openapi.ts';
export { usualOrigin } from './v1/sample-request.ts';
export { findErrorPage, helpOf, pageCodes } from './error-codes.ts';
