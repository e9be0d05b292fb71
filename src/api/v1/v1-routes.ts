/** Every route under `/v1` that belongs to a tenant, in the order of the document. */
import { artifactRoutes } from './artifact-routes.ts';
import { callRoutes } from './calls.ts';
import { commandRoutes } from './command-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { statisticsRoutes } from './statistics-routes.ts';
import { statusRoutes } from './status-routes.ts';
import type { V1Route } from './route.ts';

/** By the heading that they stand under. */
export const v1Groups: readonly { readonly tag: string; readonly routes: readonly V1Route[] }[] = [
  { tag: 'Calls', routes: callRoutes },
  { tag: 'Commands', routes: commandRoutes },
  { tag: 'Events', routes: eventRoutes },
  { tag: 'Notifications', routes: deliveryRoutes },
  { tag: 'What is left of a call', routes: artifactRoutes },
  { tag: 'Statistics and health', routes: [...statisticsRoutes, ...statusRoutes] },
];

export const v1Routes: readonly V1Route[] = v1Groups.flatMap(({ routes }) => routes);
