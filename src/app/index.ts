export { botOf, loadDialogs } from './bots.ts';
export { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
export { createLog, type GatewayLog } from './log.ts';
export { serve, type ServePorts } from './serve.ts';
export { version } from './version.ts';
