/** What crosses between a media thread and its recording thread. */
import type { WavFormat } from '../audio/index.ts';

/** Handed to a recording thread when it starts. */
export interface RecordingThreadOptions {
  /** Free space on the disk below which recordings stop. */
  readonly reserveBytes: number;
}

export type ToRecordingThread =
  /** Creates the folder and the file. */
  | { readonly type: 'open'; readonly id: number; readonly filePath: string; readonly format: WavFormat }
  | { readonly type: 'append'; readonly id: number; readonly bytes: Uint8Array }
  /** So much silence, which takes no room on the disk. */
  | { readonly type: 'skip'; readonly id: number; readonly byteCount: number }
  /** No more follows. */
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'shutdown' };

export type FromRecordingThread =
  /** An `append` is on the disk. */
  | { readonly type: 'written'; readonly id: number; readonly byteCount: number }
  /** Nothing more of this recording is written; what is there stays, playable. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  /** The file is complete, or as complete as it gets. */
  | { readonly type: 'finished'; readonly id: number };
