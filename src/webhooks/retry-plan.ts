/** When a failed delivery is tried again: quickly a few times, then ever more rarely until its window is over. */
import { jittered, type Random } from '../kit/index.ts';
import type { WebhookTarget } from './webhook-target.ts';

const shortestQuickMs = 500;
const longestQuickMs = 8000;
/** After the quick attempts; the last one repeats. */
const slowDelaysMs = [30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000, 3_600_000];

/** The pause after `attempts` failures, before its jitter; undefined when none follows. */
export function plannedDelayMs(
  attempts: number,
  { maxRetries, windowMs }: Pick<WebhookTarget, 'maxRetries' | 'windowMs'>,
): number | undefined {
  if (attempts <= maxRetries) return Math.min(longestQuickMs, shortestQuickMs * 2 ** (attempts - 1));
  if (windowMs === 0) return undefined;
  return slowDelaysMs[Math.min(attempts - maxRetries, slowDelaysMs.length) - 1];
}

export interface Failure {
  /** Attempts so far. */
  readonly attempts: number;
  readonly queuedAtWallMs: number;
  readonly nowWallMs: number;
  /** What the receiver asked for. */
  readonly retryAfterMs?: number;
}

/**
 * When to try again, or undefined: dead. ±20 % jitter, never before the receiver's Retry-After, and never past the window;
 * the quick attempts are made whatever the window.
 */
export function nextAttemptAtWallMs(
  failure: Failure,
  target: Pick<WebhookTarget, 'maxRetries' | 'windowMs'>,
  random: Random,
): number | undefined {
  const { attempts, queuedAtWallMs, nowWallMs, retryAfterMs = 0 } = failure;
  const plannedMs = plannedDelayMs(attempts, target);
  if (plannedMs === undefined) return undefined;
  const atWallMs = nowWallMs + Math.max(jittered(plannedMs, random), retryAfterMs);
  const isQuick = attempts <= target.maxRetries && retryAfterMs <= longestQuickMs;
  return isQuick || atWallMs <= queuedAtWallMs + target.windowMs ? atWallMs : undefined;
}
