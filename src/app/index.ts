export { botOf, createDialogCache } from './bots.ts';
export { authorizationsOver, createDestinations } from './destinations.ts';
export { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
export { type ConfigProblem, fileChecks, inFile, loadTenants, printProblem } from './load-tenants.ts';
export { createLog, type GatewayLog } from './log.ts';
export { databaseFile, openDatabase } from './open-store.ts';
export { localAddresses, serve, type ServePorts } from './serve.ts';
export { version } from './version.ts';
export { trunkUse } from './trunk-use.ts';
