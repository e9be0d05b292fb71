export * from './operations.ts';
export { type ClientOptions, OutdialProblem, problemOf } from './transport.ts';
