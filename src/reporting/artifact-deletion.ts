/** Deletes what is left of a call when its people ask for it: recording, record, reports that wait, and whatever else is kept. */
import { err, ok, type Result } from '../kit/index.ts';

/** Deletes what it keeps of a session and says how many there were. The error is one sentence. Never rejects. */
export type ArtifactDeleter = (sessionId: string) => Promise<Result<number, string>>;

export interface ArtifactPorts {
  /** A call that is running still makes artifacts. */
  readonly isRunning: (sessionId: string) => boolean;
  /** By the name of what they delete, e.g. `recordings`. */
  readonly deleters: Readonly<Record<string, ArtifactDeleter>>;
}

/** How many of each were deleted; all 0 when there was nothing. */
export type DeletedArtifacts = Readonly<Record<string, number>>;

export type DeletionFailure =
  /** Nothing was deleted: end the call first. */
  | { readonly kind: 'running' }
  /** Some could not be deleted, one sentence each; the others are gone. Asking again goes on where it failed. */
  | { readonly kind: 'incomplete'; readonly deleted: DeletedArtifacts; readonly reasons: readonly string[] };

export type ArtifactDeletion = (sessionId: string) => Promise<Result<DeletedArtifacts, DeletionFailure>>;

/** What was sent to a sink already is not called back. */
export function createArtifactDeletion({ isRunning, deleters }: ArtifactPorts): ArtifactDeletion {
  return async (sessionId) => {
    if (isRunning(sessionId)) return err({ kind: 'running' });
    const deleted: [string, number][] = [];
    const reasons: string[] = [];
    for (const [what, deleter] of Object.entries(deleters)) {
      const outcome = await deleter(sessionId);
      if (outcome.ok) deleted.push([what, outcome.value]);
      else reasons.push(`${what}: ${outcome.error}`);
    }
    const counts = Object.fromEntries(deleted);
    return reasons.length === 0 ? ok(counts) : err({ kind: 'incomplete', deleted: counts, reasons });
  };
}
