/** The request that a form makes, as texts that can be copied: a curl and a few lines with the typed client. */
import type { CreateCallInput } from '../../../src/client/index.ts';

type Body = CreateCallInput['body'];

interface RequestOf {
  readonly origin: string;
  readonly tenantId: string;
  /** Absent when the gateway asks for none. */
  readonly username: string | undefined;
  readonly body: Body;
}

/** Of the route of the contract, as docs/api.md has it. curl asks for the password: it is not in the history of the shell. */
export function printCurl({ origin, tenantId, username, body }: RequestOf): string {
  return [
    `curl -X POST --header 'Content-Type: application/json' --header 'Accept: application/json'`,
    ...(username === undefined ? [] : [`-u ${quote(username)}`]),
    `-d ${quote(JSON.stringify(withoutPassword(body), null, 2))}`,
    quote(`${origin}/vgw/outboundCalls/${encodeURIComponent(tenantId)}/startOutboundCall`),
  ].join(' \\\n  ');
}

export function printClientCode({ origin, tenantId, username, body }: RequestOf): string {
  const login =
    username === undefined ? '' : `\n  username: ${text(username)},\n  password: process.env.OUTDIAL_PASSWORD,`;
  const request = JSON.stringify(withoutPassword(body), null, 2).replaceAll('\n', '\n  ');
  return `import { createOutdialClient } from 'outdial/client';

const client = createOutdialClient({
  baseUrl: ${text(origin)},
  tenantId: ${text(tenantId)},${login}
});
const call = await client.createCall({
  body: ${request},
});
for await (const event of client.followCall({ sessionId: call.vgwSessionID })) {
  console.log(event.type, event.callState);
}
`;
}

/** A password that was typed goes to the gateway and nowhere else. */
function withoutPassword(body: Body): Body {
  return body.statusWebhookPassword === undefined ? body : { ...body, statusWebhookPassword: '<password>' };
}

/** For a POSIX shell. */
function quote(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
