/** The detection thread of `bench/media.ts`, which tells which thread of the system it is. */
import '../src/providers/local-speech/detection-thread.ts';
import { tellThread } from './media-engines.ts';

tellThread('detection');
