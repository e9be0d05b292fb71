import { createHash } from 'node:crypto';
import type { Digest } from '../sip/index.ts';

/** The hashes of SIP digest authentication. MD5 is what most trunks still ask for; nothing else uses it. */
export const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex');
