// Asks everybody on a list three questions, two calls at a time, and prints the answers as CSV.
//
//   OUTDIAL_DIALOG_FILE=examples/survey/dialog.yaml ENABLE_OUTBOUND_CALLS=true npx outdial serve
//   node examples/survey/ask.mjs sip:alice@192.0.2.10 sip:bob@192.0.2.11 > answers.csv
//
// You will see a line for each call as it ends: `sip:alice@192.0.2.10,completed.bot,4,yes,keep it up`.
import { createOutdialClient } from 'outdial/client';

const { OUTDIAL_GATEWAY, OUTDIAL_TENANT, OUTDIAL_USERNAME, OUTDIAL_PASSWORD } = process.env;
const outdial = createOutdialClient({
  baseUrl: OUTDIAL_GATEWAY ?? 'http://127.0.0.1:9080',
  tenantId: OUTDIAL_TENANT ?? 'default',
  username: OUTDIAL_USERNAME,
  password: OUTDIAL_PASSWORD,
});
const callsAtATime = 2;
/** What the dialog puts into the context. */
const questions = ['rating', 'recommend', 'comment'];

/** Waits for the end of the call; the record then has what the bot made of it. */
async function ask(to) {
  const { vgwSessionID: sessionId } = await outdial.createCall({ body: { to, context: { company: 'Acme' } } });
  for await (const _event of outdial.followCall({ sessionId }));
  const { endCode, context } = await outdial.getRecord({ sessionId });
  return [to, endCode, ...questions.map((name) => context[name] ?? '')];
}

/** A field of CSV (RFC 4180). What begins like a formula is text to a spreadsheet too. */
function field(value) {
  const text = String(value).replace(/^[=+\-@]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const people = process.argv.slice(2);
if (people.length === 0) {
  console.error('usage: node ask.mjs <SIP or tel URI> ...');
  process.exit(2);
}
console.log(['to', 'endCode', ...questions].join(','));
const caller = async () => {
  for (let to = people.shift(); to !== undefined; to = people.shift()) {
    // A call that is refused takes none of the others with it.
    const row = await ask(to).catch(({ code, message }) => [to, code ?? message, '', '', '']);
    console.log(row.map(field).join(','));
  }
};
await Promise.all(Array.from({ length: callsAtATime }, caller));
