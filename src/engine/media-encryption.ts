/** Whether a call encrypts its audio, and the keys that it does it with (RFC 4568 §8.3: they are as safe as the signalling). */
import type { SecondLegVerdict } from '../call/index.ts';
import { err, type GatewayError, gatewayError, ok, type Random, type Result } from '../kit/index.ts';
import { type CryptoSuite, cryptoSuites, type LocalEncryption } from '../sdp/index.ts';
import { callPlaces, type Hop } from '../sip/index.ts';
import type { Tenant } from '../tenants/index.ts';
import type { EngineSettings, TrunkSettings } from './ports.ts';

/** `isKeySafe`: the signalling is known to be encrypted. Undefined: plain RTP. */
export function encryptionFor(
  { settings: { mediaEncryptionPolicy: policy, areMediaKeysSentInClear } }: Tenant,
  isKeySafe: boolean,
  random: Random,
): Result<LocalEncryption | undefined, GatewayError> {
  if (policy === 'off') return ok(undefined);
  if (isKeySafe || areMediaKeysSentInClear) return ok({ policy, keys: newKeys(random) });
  if (policy === 'optional') return ok(undefined);
  return err(
    gatewayError(
      'media.keys-in-clear',
      'The audio must be encrypted, and the way of the call is not known to be TLS or WSS: its keys would leave in clear',
    ),
  );
}

/** Of a further leg, which goes by the trunk where there is one. */
export function encryptionTowards(
  target: string,
  tenant: Tenant,
  { trunk, trunkUse }: Pick<EngineSettings, 'trunk' | 'trunkUse'>,
  random: Random,
): Result<LocalEncryption | undefined, GatewayError> {
  const isSafe =
    trunk === undefined ? isSecureHop(callPlaces(target, [], undefined).nextHop) : isSecureTrunk(trunk, trunkUse);
  return encryptionFor(tenant, isSafe, random);
}

export function isSecureHop(hop: Hop | undefined): boolean {
  return hop?.transport === 'tls' || hop?.transport === 'wss';
}

/** Of the trunk: any of its targets may get the call. */
export function isSecureTrunk(trunk: Hop, use: TrunkSettings | undefined): boolean {
  if (use === undefined) return isSecureHop(trunk);
  return use.targets.every(({ wanted: { scheme, transport } }) => {
    return scheme === 'sips' || ['tls', 'wss'].includes(transport?.toLowerCase() ?? '');
  });
}

/** What the call machine is told of a further leg. */
export function verdictOf(encryption: Result<LocalEncryption | undefined, GatewayError>): SecondLegVerdict {
  if (!encryption.ok) return { fault: encryption.error.message };
  return encryption.value === undefined ? {} : { encryption: encryption.value };
}

function newKeys(random: Random): LocalEncryption['keys'] {
  const keys = cryptoSuites.map(({ suite, keyBytes }) => [suite, randomBase64(random, keyBytes)] as const);
  // The table has every suite.
  return Object.fromEntries(keys) as Record<CryptoSuite, string>;
}

function randomBase64(random: Random, bytes: number): string {
  let text = '';
  while (text.length < bytes) {
    const value = random.uint32();
    text += String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }
  return btoa(text.slice(0, bytes));
}
