/** A whole gateway as a process of its own, to be killed. Speech is faked: models would only make its starts slow. */
import { createLog, startGateway } from '../../src/app/index.ts';
import { readSettings } from '../../src/config/index.ts';

const read = readSettings(process.env);
if (!read.ok) throw new Error(JSON.stringify(read.error));
const started = await startGateway({
  settings: read.value.settings,
  environment: process.env,
  log: createLog('warn'),
  speechModule: new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href,
});
if (!started.ok) throw new Error(started.error.join('\n'));
const gateway = started.value;
process.once('SIGTERM', () => {
  void gateway.stop(read.value.settings.drainTimeoutMs).then(() => {
    process.exit(0);
  });
});
process.stdout.write(`ready ${gateway.httpUrl}\n`);
