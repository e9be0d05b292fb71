/** Every route under `/v1` that belongs to a tenant, in the order of the document. */
import { artifactRoutes } from './artifact-routes.ts';
import { callRoutes } from './calls.ts';
import { commandRoutes } from './command-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { eventRoutes } from './event-routes.ts';
import type { V1Route } from './route.ts';

export const v1Routes: readonly V1Route[] = [
  ...callRoutes,
  ...commandRoutes,
  ...eventRoutes,
  ...deliveryRoutes,
  ...artifactRoutes,
];
