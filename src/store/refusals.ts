import { type GatewayError, gatewayError } from '../kit/index.ts';

/** The call is over, unknown, or belongs to another life of a node. */
export function notOwner(sessionId: string): GatewayError {
  return gatewayError('store.not-owner', `Call ${sessionId} is over or belongs to another node.`);
}

/** This life of a node is over: a later one began, or another node took it over. */
export function lifeIsOver(nodeId: string, epoch: number): GatewayError {
  return gatewayError('store.not-owner', `Life ${epoch} of node ${nodeId} is over.`);
}

/** A change that no correct caller makes. */
export function wrongChange(what: string): GatewayError {
  return gatewayError('internal.bug', what);
}

export function sequenceFault(sessionId: string, sequence: number, last: number): GatewayError {
  return wrongChange(`Event ${sequence} of call ${sessionId} cannot follow event ${last}.`);
}
