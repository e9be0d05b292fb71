// Calls somebody about an appointment, shows the call while it goes on, and tells what came of it.
//
//   OUTDIAL_DIALOG_FILE=examples/appointment-reminder/dialog.yaml ENABLE_OUTBOUND_CALLS=true npx outdial serve
//   node examples/appointment-reminder/remind.mjs sip:alice@192.0.2.10 Alice 'on Monday' 'half past nine'
//
// You will see the states of the call, what was said by whom, and at last `Alice: confirmed`, or why it came to nothing.
import { createOutdialClient, OutdialProblem } from 'outdial/client';

const { OUTDIAL_GATEWAY, OUTDIAL_TENANT, OUTDIAL_USERNAME, OUTDIAL_PASSWORD } = process.env;
const outdial = createOutdialClient({
  baseUrl: OUTDIAL_GATEWAY ?? 'http://127.0.0.1:9080',
  tenantId: OUTDIAL_TENANT ?? 'default',
  username: OUTDIAL_USERNAME,
  password: OUTDIAL_PASSWORD,
});

async function remind(to, name, day, time) {
  // A key of your own: asked again after a broken connection, it is still one call.
  const today = new Date().toISOString().slice(0, 10);
  const idempotencyKey = encodeURIComponent(['reminder', today, to, day, time].join());
  const context = { name, day, time };
  const { vgwSessionID: sessionId } = await outdial.createCall({ idempotencyKey, body: { to, context } });
  for await (const { type, data } of outdial.followCall({ sessionId })) {
    if (type.startsWith('call.')) console.log(type.slice('call.'.length));
    if (type === 'turn.answered' && data.text.length > 0) console.log(`  bot: ${data.text.join(' ')}`);
    if (type === 'speech.recognized') console.log(`  ${name}: ${data.text}`);
  }
  return await outdial.getRecord({ sessionId });
}

const [to, name, day = 'tomorrow', time = 'ten'] = process.argv.slice(2);
if (name === undefined) {
  console.error('usage: node remind.mjs <SIP or tel URI> <name> [day] [time]');
  process.exit(2);
}
try {
  const { context, endCode, failureReason } = await remind(to, name, day, time);
  console.log(`${name}: ${context.outcome ?? failureReason ?? endCode}`);
  process.exitCode = context.outcome === 'confirmed' ? 0 : 1;
} catch (fault) {
  if (!(fault instanceof OutdialProblem)) throw fault;
  console.error(`the gateway refused (${fault.code}): ${fault.message}`);
  process.exitCode = 1;
}
