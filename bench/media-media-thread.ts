/** A media thread of `bench/media.ts`, which tells which thread of the system it is. */
import { tellThread } from './media-engines.ts';
import '../src/host/media-thread.ts';

tellThread('media');
