/** A whole gateway as a process of its own, to be killed. Speech is faked: models would only make its starts slow. */
import { serve } from '../../src/app/index.ts';

process.exitCode = await serve({
  environment: process.env,
  brokenEntries: 'refuse',
  speechModule: new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href,
  printError: (line) => {
    process.stderr.write(`${line}\n`);
  },
  onSignal: (listener) => {
    process.on('SIGTERM', listener);
  },
  onReload: () => undefined,
  onReady: ({ httpUrl }) => {
    process.stdout.write(`ready ${httpUrl}\n`);
  },
});
