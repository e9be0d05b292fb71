/**
 * SIP (RFC 3261 and its kin) without sockets, clock or randomness. What others take from here:
 *
 * - a user agent: `createUserAgent` makes one; `UserAgent` says what it is told and `SipEffect` what it wants done. Whoever runs it
 *   sends what it wants sent, hands it what arrives, and wakes it by `deadlineMs`.
 * - messages: `parseMessage`, `printMessage`, `StreamFramer` for streams; parse errors are values with their place.
 * - checks of what people hand in: `checkCallUri`, `checkRoutes`, `checkExtraHeader`, `checkInfo`, `userToUserValue`.
 * - where servers are (RFC 3263): `locate`, over a `Dns` that is handed in; who a certificate is for (RFC 5922): `judgeCertificate`.
 * - single questions without a user agent: OPTIONS (`buildOptionsPing`), REGISTER without a binding (`buildRegistrationQuery`).
 * - what can be shown to people and tools: `maskSecrets`, `encodePcap`, `encodeHep`; `causeOfStatus` and `statusOfCause`.
 */
export { createDigestCheck, type DigestCheck } from './auth/digest-check.ts';
export type { Digest, HashAlgorithm } from './auth/digest-challenge.ts';
export { findCallId, maskSecrets } from './auth/mask-secrets.ts';
export { type CapturedMessage } from './capture/captured-message.ts';
export { encodeHep, type HepOptions } from './capture/hep.ts';
export { encodePcap } from './capture/pcap.ts';
export type {
  Admission,
  Stranger,
  ExtraHeader,
  Hop,
  HostPort,
  InfoContent,
  OrphanOrder,
  IncomingCall,
  InviteOrder,
  LocationTarget,
  ReferOrder,
  RegisterOrder,
  RegistrationEvent,
  SipCredentials,
  SipEffect,
  SipTransport,
  UserAgent,
} from './contract.ts';
export type { IncomingRefer, HopFailure, LegEvent } from './leg-event.ts';
export { type CallPlaces, callPlaces } from './dialog/call-places.ts';
export {
  type CallerIdentity,
  type CallerPrivacy,
  type DiversionHeaderName,
  diversionHeaderNames,
  type DiversionReason,
  type IdentityHeaderName,
  identityHeaderNames,
} from './identity/caller-identity.ts';
export type { Attestation, PassportOrder } from './identity/passport.ts';
export { isRouteTo } from './dialog/route-plan.ts';
export type { Dns, DnsAnswer, NaptrRecord, SrvRecord } from './location/dns-port.ts';
export type { AvoidedHop } from './location/hop-book.ts';
export { orderByWeight } from './location/srv-order.ts';
export { locate, maxHops } from './location/locate.ts';
export { type CallUri, checkCallUri, checkExtraHeader, checkRoutes } from './syntax/call-input.ts';
export {
  buildRegistrationQuery,
  type RegistrationAnswer,
  type RegistrationOrder,
  type RegistrationQuery,
  readRegistrationAnswer,
} from './registration-query.ts';
export { buildOptionsPing, type OptionsPing, type PingAnswer, pingAtMs, readPingAnswer } from './options-ping.ts';
export { parseHostPort, printHost, printHostPort } from './syntax/host-port.ts';
export { type Header, headerValue, listValues } from './syntax/header.ts';
export type { MessageParts, SipMessage, SipParseError, SipRequest, SipResponse } from './syntax/message.ts';
export { userToUserValue } from './syntax/user-to-user.ts';
export { parseMessage } from './syntax/parse-message.ts';
export { printMessage } from './syntax/print-message.ts';
export { causeOfStatus, readReason, type ReasonCauses, statusOfCause } from './release-cause.ts';
export type { UserAgentOptions } from './user-agent/core.ts';
export { createUserAgent } from './user-agent/create-user-agent.ts';
export { checkInfo } from './user-agent/info.ts';
export { type CertificateNames, judgeCertificate, type Wildcards } from './transport/certificate-identity.ts';
export { hopKey, type OwnPlace, usualPort, isSameHop } from './transport/hop.ts';
export { pong, StreamFramer } from './transport/stream-framer.ts';
