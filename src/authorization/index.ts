export { type AuthorizationBook, createAuthorizationBook } from './authorization-book.ts';
export type {
  Authorization,
  AuthorizationFailure,
  AuthorizationMethod,
  AuthorizationPorts,
  Hidden,
} from './contract.ts';
export { basicAuthorization, createAuthorization, noAuthorization } from './create-authorization.ts';
export { type AuthorizedFailure, postAuthorized } from './post-authorized.ts';
export { defaultTokenUrl } from './token-exchange.ts';
