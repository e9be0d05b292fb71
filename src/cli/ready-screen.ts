/** What a gateway that was started in a terminal tells whoever sits there: its doors, what is off, and what to try. */
import type { WriteStream } from 'node:tty';
import type { Gateway } from '../app/index.ts';
import { type Environment, readSettings, type Settings } from '../config/index.ts';
import { lookOf } from './terminal.ts';
import { painted } from './terminal-lines.ts';
import { labelled } from './wrap-text.ts';

/** Says nothing where nobody sits: the log has what a program needs. */
export function tellReady(
  gateway: Pick<Gateway, 'httpUrl' | 'sipPort'>,
  environment: Environment,
  stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>,
): void {
  const { isStyled, columns } = lookOf(stream, environment);
  const read = readSettings(environment);
  if (columns === undefined || !read.ok) return;
  const lines = [
    '',
    `${painted('bold', 'outdial is ready', isStyled)}; Ctrl-C stops it when its calls have ended.`,
    ...readyLines(gateway, read.value.settings, columns),
    '',
  ];
  for (const line of lines) stream.write(`${line}\n`);
}

export function readyLines(
  { httpUrl, sipPort }: Pick<Gateway, 'httpUrl' | 'sipPort'>,
  settings: Settings,
  columns: number,
): readonly string[] {
  const off = whatIsOff(settings);
  return [
    ...labelled('console', `${httpUrl}/console`, undefined),
    ...labelled('API', `${httpUrl}/docs`, undefined),
    ...labelled('SIP', `port ${sipPort}`, columns),
    ...off.flatMap((text, index) => labelled(index === 0 ? 'off' : '', text, columns)),
    '',
    ...(canCall(settings) ? tryIt(httpUrl, settings) : switchOn),
  ];
}

function canCall({ isOutboundEnabled, multiTenantConfigFile }: Settings): boolean {
  return isOutboundEnabled || multiTenantConfigFile !== undefined;
}

/** What is not there until it is switched on, and how. */
function whatIsOff(settings: Settings): readonly string[] {
  const { restApiUsername, sipTrunk, conversationUrl, dialogFile, multiTenantConfigFile } = settings;
  const isMultiTenant = multiTenantConfigFile !== undefined;
  return [
    ...(canCall(settings) ? [] : ['placing calls: ENABLE_OUTBOUND_CALLS=true']),
    ...(restApiUsername === undefined && !isMultiTenant
      ? ['credentials: REST_API_USERNAME and REST_API_PASSWORD']
      : []),
    ...(sipTrunk === undefined ? ['telephone numbers (tel:): OUTDIAL_SIP_TRUNK=sip:your-trunk'] : []),
    ...(conversationUrl === undefined && dialogFile === undefined && !isMultiTenant
      ? ['a bot of your own: OUTDIAL_DIALOG_FILE, or WATSON_CONVERSATION_URL; until then a built-in dialog talks']
      : []),
  ];
}

/** To be copied: nothing is broken. */
function tryIt(httpUrl: string, { restApiUsername, multiTenantConfigFile }: Settings): readonly string[] {
  const tenant = multiTenantConfigFile === undefined ? 'clinic' : '<tenantID>';
  // curl asks for the password, which is nothing for a screen.
  const login = restApiUsername === undefined ? [] : [`    -u ${restApiUsername} \\`];
  return [
    'Call a SIP telephone:',
    '',
    "  curl -X POST --header 'Content-Type: application/json' \\",
    ...login,
    `    -d '{ "to": "sip:bob@192.0.2.10" }' \\`,
    `    ${httpUrl}/vgw/outboundCalls/${tenant}/startOutboundCall`,
    '',
    'No telephone? In another terminal: npx outdial demo, or npx outdial talk.',
  ];
}

const switchOn = [
  'To place calls start it like this:',
  '',
  '  ENABLE_OUTBOUND_CALLS=true REST_API_USERNAME=campaign REST_API_PASSWORD=change-me npx outdial serve',
  '',
  'To hear a call now, without any setting: npx outdial demo',
];
