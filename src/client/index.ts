export * from './operations.ts';
export { type ClientOptions, OutdialProblem } from './transport.ts';
