/** Instants as NTP has them (RFC 3550 §4): seconds since 1900 and 2^-32 seconds. */
import { readUint32, writeUint32 } from './network-order.ts';

export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** From 1900 to 1970. */
const ntpEpochSeconds = 2_208_988_800;

/** The seconds wrap in 2036 and go on. */
export function ntpTimeOf(wallMs: number): NtpTime {
  const wholeSeconds = Math.floor(wallMs / 1000);
  return {
    seconds: (wholeSeconds + ntpEpochSeconds) % 2 ** 32,
    fraction: Math.floor(((wallMs - wholeSeconds * 1000) / 1000) * 2 ** 32),
  };
}

/** The middle 32 bits: seconds modulo 2^16 and 2^-16 seconds. */
export function compactOf({ seconds, fraction }: NtpTime): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

export function readNtpTime(bytes: Uint8Array, at: number): NtpTime {
  return { seconds: readUint32(bytes, at), fraction: readUint32(bytes, at + 4) };
}

export function writeNtpTime(bytes: Uint8Array, at: number, { seconds, fraction }: NtpTime): void {
  writeUint32(bytes, at, seconds);
  writeUint32(bytes, at + 4, fraction);
}
