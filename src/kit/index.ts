export { completedEnds, type EndCode, type EndExplanation, explainEnd } from './call-end.ts';
export { type Clock, printWallTime } from './clock.ts';
export {
  type Blame,
  type ErrorCode,
  type ErrorKind,
  errorKind,
  errorKinds,
  type GatewayError,
  gatewayError,
  isErrorCode,
} from './gateway-error.ts';
export { type IpAddress, isSameIpAddress, isUnspecifiedAddress, parseIpAddress } from './ip-address.ts';
export { isJsonObject, type Json, type JsonObject } from './json.ts';
export { type JsonFault, type JsonPath, type JsonText, readJsonText, type TextPlace } from './json-text.ts';
export { jittered, type Random, randomHex, randomUuid, seededRandom } from './random.ts';
export { err, ok, type Result } from './result.ts';
export { isSecretName, maskJsonSecrets, showUrl } from './shown-secrets.ts';
export {
  type HttpFailure,
  type HttpPost,
  type HttpPostOrder,
  type HttpReply,
  type HttpStreamOrder,
  type HttpStreamPost,
} from './http-post.ts';
export { type NearestName, nearestName, quoteName } from './nearest-name.ts';
export type {
  OpenWebSocket,
  WebSocketConnection,
  WebSocketEnd,
  WebSocketListener,
  WebSocketOrder,
} from './web-socket.ts';
