/** Via (RFC 3261 §20.42), with `received` (§18.2.1) and `rport` (RFC 3581). */
import { err, ok, type Result } from '../../kit/index.ts';
import { parseDecimal, scanToken, skipSpace } from './characters.ts';
import { parseHost, printHostPort } from './host-port.ts';
import { findParameter, type Parameter, parseParameters, printParameters } from './parameters.ts';

export interface Via {
  /** `SIP/2.0` in every message we accept, but a refused one is answered with its own. */
  readonly protocol: string;
  /** As spelled: `UDP`, `TCP`, ... */
  readonly transport: string;
  /** sent-by; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: readonly Parameter[];
}

/** One Via value. Space is allowed around the slashes, the colon, the semicolons and the equals signs. */
export function parseVia(text: string): Result<Via, string> {
  const start = parseViaStart(text);
  if (!start.ok) return start;
  const parameters = parseParameters(text, start.value.parametersAt);
  if (!parameters.ok) return err(`Via has ${parameters.error}`);
  // Spelled out: to spread an object costs as much as to parse one.
  const { protocol, transport, host, port } = start.value;
  return ok({ protocol, transport, host, port, parameters: parameters.value });
}

/** A Via as far as it can be read, for the answer that refuses its message: without parameters when these are broken. */
export function parseViaLoosely(text: string): Via | undefined {
  const start = parseViaStart(text);
  if (!start.ok) return undefined;
  const { parametersAt, ...sent } = start.value;
  const parameters = parseParameters(text, parametersAt);
  return { ...sent, parameters: parameters.ok ? parameters.value : [] };
}

type ViaStart = Omit<Via, 'parameters'> & { readonly parametersAt: number };

function parseViaStart(text: string): Result<ViaStart, string> {
  let protocol = '';
  let transport = '';
  let at = 0;
  for (let count = 0; count < 3; count += 1) {
    const start = skipSpace(text, at);
    const end = scanToken(text, start);
    if (end === start) return err('Via lacks protocol, version and transport');
    const word = text.slice(start, end);
    if (count === 0) protocol = word;
    else if (count === 1) protocol += `/${word}`;
    else transport = word;
    at = count === 2 ? end : skipSpace(text, end);
    if (count < 2) {
      if (text.charCodeAt(at) !== 0x2f) return err('Via lacks a "/" in its protocol');
      at += 1;
    }
  }
  const hostStart = skipSpace(text, at);
  if (hostStart === at) return err('Via lacks the space before sent-by');
  const hostEnd = scanHost(text, hostStart);
  const host = parseHost(text.slice(hostStart, hostEnd));
  if (host === undefined) return err('the sent-by of Via is no host');
  at = skipSpace(text, hostEnd);
  let port: number | undefined;
  if (text.charCodeAt(at) === 0x3a) {
    const portStart = skipSpace(text, at + 1);
    at = scanToken(text, portStart);
    port = parseDecimal(text.slice(portStart, at), 65_535);
    if (port === undefined) return err('the port of Via is no number from 0 to 65535');
  }
  return ok({ protocol, transport, host, port, parametersAt: at });
}

function scanHost(text: string, at: number): number {
  if (text.charCodeAt(at) === 0x5b) {
    const closing = text.indexOf(']', at);
    return closing === -1 ? text.length : closing + 1;
  }
  return scanToken(text, at);
}

export function printVia(via: Via): string {
  return `${via.protocol}/${via.transport} ${printHostPort(via.host, via.port)}${printParameters(via.parameters)}`;
}

/** The branch, or undefined for a Via of RFC 2543 times, which has none. */
export function viaBranch(via: Via): string | undefined {
  return findParameter(via.parameters, 'branch')?.value;
}
