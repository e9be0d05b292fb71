import { type GatewayError, gatewayError } from '../kit/index.ts';
import type { SqlFaultKind } from '../store/index.ts';

/** What a caller of the store is told when the database failed. */
export function errorOfFault(kind: SqlFaultKind, message: string): GatewayError {
  switch (kind) {
    case 'full':
      return gatewayError('store.full', `The database cannot write: ${message}.`);
    case 'unavailable':
    case 'conflict':
      return gatewayError('store.unavailable', `The database does not answer: ${message}.`);
    case 'statement':
      return gatewayError('internal.bug', `The database refused a statement: ${message}.`);
    default:
      return kind satisfies never;
  }
}
