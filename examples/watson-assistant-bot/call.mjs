// Lets an assistant behind the v2 message API (watsonx Assistant) hold a call, and prints the transcript.
//
//   ENABLE_OUTBOUND_CALLS=true npx outdial serve
//   export ASSISTANT_URL=https://api.eu-de.assistant.watson.cloud.ibm.com/instances/... ASSISTANT_ID=... ASSISTANT_APIKEY=...
//   node examples/watson-assistant-bot/call.mjs sip:alice@192.0.2.10 Alice
//
// ASSISTANT_ID is an assistant, or an environment of one. You will see the transcript and the variables of the assistant. `name` comes to it
// as a variable of its skill, with those of the gateway (docs/bot.md).
import { createOutdialClient } from 'outdial/client';

const { OUTDIAL_GATEWAY, OUTDIAL_TENANT, OUTDIAL_USERNAME, OUTDIAL_PASSWORD } = process.env;
const { ASSISTANT_URL, ASSISTANT_ID, ASSISTANT_APIKEY, ASSISTANT_TOKEN_URL } = process.env;
const [to, name] = process.argv.slice(2);
if (name === undefined || ASSISTANT_URL === undefined || ASSISTANT_ID === undefined) {
  console.error('usage: ASSISTANT_URL=... ASSISTANT_ID=... node call.mjs <SIP or tel URI> <name>');
  process.exit(2);
}

const conversation = {
  url: ASSISTANT_URL,
  assistantID: ASSISTANT_ID,
  // The key is exchanged for a token at IBM Cloud, or where ASSISTANT_TOKEN_URL says.
  ...(ASSISTANT_APIKEY === undefined ? {} : { apikey: ASSISTANT_APIKEY }),
  ...(ASSISTANT_TOKEN_URL === undefined ? {} : { tokenServiceProviderUrl: ASSISTANT_TOKEN_URL }),
};
const outdial = createOutdialClient({
  baseUrl: OUTDIAL_GATEWAY ?? 'http://127.0.0.1:9080',
  tenantId: OUTDIAL_TENANT ?? 'default',
  username: OUTDIAL_USERNAME,
  password: OUTDIAL_PASSWORD,
});
const { vgwSessionID: sessionId } = await outdial.createCall({
  body: { to, context: { name }, tenantConfig: { config: { conversation } } },
});
for await (const { type } of outdial.followCall({ sessionId })) {
  if (type.startsWith('call.')) console.log(type.slice('call.'.length));
}
const { lines } = await outdial.getTranscript({ sessionId });
for (const { who, text } of lines) console.log(`${who}: ${text}`);
const { context, endCode, failureReason } = await outdial.getRecord({ sessionId });
console.log(JSON.stringify({ endCode, failureReason, context }));
