/** The start-call request, as text for people and as the very command that is run. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface StartCallCommand {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The documented curl, ready to be pasted into a shell. */
export function printCurl(command: StartCallCommand): string {
  const [request = '', ...rest] = curlArguments(command).map(quote);
  const parts: string[] = [request];
  for (const argument of rest) {
    if (argument.startsWith('-') && parts.length > 1) parts.push(`\\\n    ${argument}`);
    else parts.push(argument);
  }
  // White space between the members of JSON means nothing.
  return `  curl ${parts.join(' ').replaceAll(/\n(?! {4}-)/g, '\n    ')}`;
}

/** Runs curl, or sends the same request itself where there is none. Returns the session id. */
export async function placeCall(command: StartCallCommand): Promise<string> {
  const text = await runCurl(command).catch(async (fault: unknown) => {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return await post(command);
    throw fault;
  });
  const { vgwSessionID, failureReason } = JSON.parse(text) as { vgwSessionID?: string; failureReason?: string };
  if (vgwSessionID === undefined) throw new Error(`the call was not accepted: ${failureReason ?? text}`);
  return vgwSessionID;
}

function curlArguments({ url, username, password, body }: StartCallCommand): string[] {
  return [
    ...['-X', 'POST', '--header', 'Content-Type: application/json', '--header', 'Accept: application/json'],
    ...['-u', `${username}:${password}`, '-d', JSON.stringify(body, undefined, 2), url],
  ];
}

async function runCurl(command: StartCallCommand): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', ...curlArguments(command)]);
  return stdout;
}

async function post({ url, username, password, body }: StartCallCommand): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  });
  return await response.text();
}

function quote(argument: string): string {
  return /^[\w./:-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
