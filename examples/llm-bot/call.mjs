// Lets a language model hold a call, behind any endpoint of the chat completion API. No bot of your own is needed.
//
//   ENABLE_OUTBOUND_CALLS=true npx outdial serve
//   ollama pull llama3.2 && LLM_URL=http://127.0.0.1:11434/v1 LLM_MODEL=llama3.2 node examples/llm-bot/call.mjs sip:alice@192.0.2.10 Alice
//   LLM_URL=https://api.openai.com/v1 LLM_API_KEY=sk-... LLM_MODEL=gpt-4o-mini node examples/llm-bot/call.mjs sip:alice@192.0.2.10 Alice
//
// You will see what was said, how long each answer took, and what the model noted with its tool `set_variable`: `Alice: coming`.
import { createOutdialClient } from 'outdial/client';

const { OUTDIAL_GATEWAY, OUTDIAL_TENANT, OUTDIAL_USERNAME, OUTDIAL_PASSWORD } = process.env;
const { LLM_URL = 'http://127.0.0.1:11434/v1', LLM_MODEL = 'llama3.2', LLM_API_KEY } = process.env;
const [to, name] = process.argv.slice(2);
if (name === undefined) {
  console.error('usage: node call.mjs <SIP or tel URI> <name>');
  process.exit(2);
}

const conversation = {
  type: 'openai',
  url: LLM_URL,
  model: LLM_MODEL,
  ...(LLM_API_KEY === undefined ? {} : { apikey: LLM_API_KEY }),
  prompt:
    'You call {{name}} for the Rossi clinic, to ask whether the appointment on Monday at ten holds. Speak in short sentences. ' +
    'When you know it, set the variable outcome to coming or not-coming, say goodbye and hang up.',
  greeting: 'Hello {{name}}, this is the Rossi clinic. Can you come on Monday at ten?',
  // A model can be talked into things: it gets only what it needs.
  tools: 'hang_up,set_variable',
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
for await (const { type, data } of outdial.followCall({ sessionId })) {
  if (type === 'turn.answered' && data.text.length > 0) console.log(`bot: ${data.text.join(' ')}`);
  if (type === 'speech.recognized') console.log(`${name}: ${data.text}`);
  if (type === 'turn.spoken' && data.milliseconds !== undefined) console.log(`  (answered in ${data.milliseconds} ms)`);
}
const { context, endCode, failureReason } = await outdial.getRecord({ sessionId });
console.log(`${name}: ${context.outcome ?? failureReason ?? endCode}`);
