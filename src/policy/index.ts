export { type CallGuards, createCallGuards, findRefusedNumber } from './call-guards.ts';
export { calledNumbers } from './called-number.ts';
export { type CallLimits, parsePrefixes } from './call-limits.ts';
export { type DestinationPolicy, judgeDestination } from './destination-policy.ts';
export { type HostRule, parseHostRule } from './host-rule.ts';
export { type IpNetwork, parseIpNetwork } from './ip-network.ts';
export { createLoadGuard, type LoadGuard } from './load-guard.ts';
export { createLoginGuard, type LoginGuard, type LoginGuardOptions } from './login-guard.ts';
export { createSourceGuard, type SourceGuard, type SourceGuardOptions, type SourceRefusal } from './source-guard.ts';
export {
  anywhere,
  type CallPlaces,
  judgeCallPlaces,
  judgeSipAddress,
  judgeSipSource,
  type SipPolicy,
} from './sip-policy.ts';
export { TrunkGuard, type TrunkLimits } from './trunk-guard.ts';
