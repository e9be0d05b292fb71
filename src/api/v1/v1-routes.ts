/** Every route under `/v1` that belongs to a tenant, in the order of the document. */
import { artifactRoutes } from './artifact-routes.ts';
import { callRoutes } from './calls.ts';
import { commandRoutes } from './command-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { statisticsRoutes } from './statistics-routes.ts';
import { statusRoutes } from './status-routes.ts';
import type { V1Route } from './route.ts';

export interface RouteGroup {
  /** The heading that the routes stand under. */
  readonly tag: string;
  readonly description: string;
  readonly routes: readonly V1Route[];
}

export const v1Groups: readonly RouteGroup[] = [
  { tag: 'Calls', description: 'Calls of a tenant: started, looked at, listed.', routes: callRoutes },
  {
    tag: 'Commands',
    description: 'What a running call can be told. 202 means that it has taken the command.',
    routes: commandRoutes,
  },
  { tag: 'Events', description: 'What happens in calls, as server-sent events.', routes: eventRoutes },
  { tag: 'Notifications', description: 'What webhooks were told, and telling it again.', routes: deliveryRoutes },
  {
    tag: 'What is left of a call',
    description: 'Record, recording, transcript and SIP trace.',
    routes: artifactRoutes,
  },
  {
    tag: 'Statistics and health',
    description: 'Calls counted, and how the gateway is for a tenant.',
    routes: [...statisticsRoutes, ...statusRoutes],
  },
];

export const v1Routes: readonly V1Route[] = v1Groups.flatMap(({ routes }) => routes);
