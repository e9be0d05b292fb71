/** A media thread that ends when a call is to say `end-media`. */
import { parentPort } from 'node:worker_threads';
import type { ToMediaThread } from './media-messages.ts';
import './media-thread.ts';

parentPort?.on('message', (message: ToMediaThread) => {
  if (message.type === 'command' && message.command.type === 'play' && message.command.text === 'end-media') {
    throw new Error('crashed on purpose');
  }
});
