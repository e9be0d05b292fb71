// Serves the menu of bot.mjs, calls somebody with it, and prints the keys and the number that was entered.
//
//   ENABLE_OUTBOUND_CALLS=true npx outdial serve
//   node examples/dtmf-menu/call.mjs sip:alice@192.0.2.10
//
// You will see each key as it is pressed, and at last `number: 4711 (completed.bot)`. The gateway has to reach this machine: BOT_URL is
// where, when it is not http://127.0.0.1:<PORT>/.
import { createServer } from 'node:http';
import { createOutdialClient } from 'outdial/client';
import { answer } from './bot.mjs';

const { OUTDIAL_GATEWAY, OUTDIAL_TENANT, OUTDIAL_USERNAME, OUTDIAL_PASSWORD, PORT = '0', BOT_URL } = process.env;
const [to] = process.argv.slice(2);
if (to === undefined) {
  console.error('usage: node call.mjs <SIP or tel URI>');
  process.exit(2);
}

const reply = async (request) => JSON.stringify(answer(JSON.parse((await request.toArray()).join(''))));
const bot = createServer((request, response) => {
  reply(request).then(
    (text) => response.setHeader('content-type', 'application/json').end(text),
    () => response.writeHead(400).end(),
  );
});
await new Promise((resolve) => bot.listen(Number(PORT), '127.0.0.1', resolve));

const outdial = createOutdialClient({
  baseUrl: OUTDIAL_GATEWAY ?? 'http://127.0.0.1:9080',
  tenantId: OUTDIAL_TENANT ?? 'default',
  username: OUTDIAL_USERNAME,
  password: OUTDIAL_PASSWORD,
});
// This call has a bot of its own; the others of the tenant keep theirs.
const conversation = { type: 'webhook', url: BOT_URL ?? `http://127.0.0.1:${bot.address().port}/` };
const { vgwSessionID: sessionId } = await outdial.createCall({
  body: { to, tenantConfig: { config: { conversation } } },
});
for await (const { type, data } of outdial.followCall({ sessionId })) {
  if (type === 'dtmf.received') console.log(`key: ${data.digit}`);
}
const { context, endCode } = await outdial.getRecord({ sessionId });
console.log(`number: ${context.number ?? 'none'} (${endCode})`);
bot.closeAllConnections();
bot.close();
