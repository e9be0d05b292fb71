/** Which checks a deployment needs, each tied to what it looks at. */
import { authorizationsOver, botOf, trunkUse, version } from '../../app/index.ts';
import { defaultTokenUrl } from '../../authorization/index.ts';
import { type SettingSpec, settingTable } from '../../config/index.ts';
import { digest, type HttpClient } from '../../host/index.ts';
import { type Clock, type JsonObject, type Random, randomUuid, type Result } from '../../kit/index.ts';
import { type Dns, type Hop, locate } from '../../sip/index.ts';
import type { TextToSpeech } from '../../speech/index.ts';
import { type BotAddress, botTenants, speechSelectionOf, type Tenant } from '../../tenants/index.ts';
import { judgeAddresses, type ToldAddress } from './address-check.ts';
import { type BotToAsk, checkBots } from './bot-check.ts';
import { bad, type Check, type Finding, good, reasonOf, skipped, worstOf } from './check.ts';
import { checkClock, checkDns, checkTlsFiles, checkWebhooks, type FarEnd, type TlsFile } from './network-checks.ts';
import { checkHttpPort, checkRtpPorts, checkSipPort } from './port-checks.ts';
import type { Deployment } from './settings-check.ts';
import { checkSpeech, type OpenEngines } from './speech-check.ts';
import { checkDataDirectory, checkFileDescriptors } from './system-checks.ts';
import { checkRegistration } from './registration-check.ts';
import { pingTrunk } from './trunk-check.ts';
import { checkVoiceProgram } from './voice-program-check.ts';

/** What the checks need of the machine and the network. */
export interface DoctorWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly localAddresses: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  /** The addresses of a host, best first; an address is its own. Rejects when there is none. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** The resolver that these name servers answer, or the machine's own without any. */
  readonly openDns: (servers: readonly string[]) => Dns;
  /** Opens a TCP connection and closes it. */
  readonly connect: (host: string, port: number) => Promise<void>;
  /** The Date header of an origin. */
  readonly dateOf: (origin: string) => Promise<string | undefined>;
  readonly openEngines: (options: { model: string; voice: string }) => Promise<OpenEngines>;
  /** The voice of a tenant, spoken by this program. Throws when its options cannot be read. */
  readonly openVoiceProgram: (program: string, options: JsonObject) => TextToSpeech;
  readonly checkWritable: (path: string) => Promise<Result<void, string>>;
  readonly freeBytes: (path: string) => Promise<number>;
  readonly readTlsFile: (path: string) => Promise<{ readonly validToMs: number | undefined }>;
  readonly readLimits: () => Promise<string>;
}

/** How long the trunk may take: the third repetition of the request and a second. */
const trunkLimitMs = 4500;
/** To find the targets, and then to hear of them. */
const trunkCheckLimitMs = 10_000;
const slowLimitMs = 30_000;

export function planChecks(
  { settings, tenants, dialogs }: Deployment,
  world: DoctorWorld,
  options: { readonly asksBot: boolean },
): readonly Check[] {
  const botsOfTenants = tenants.flatMap(botTenants);
  const bots = botsOfTenants.flatMap(({ conversation }) =>
    conversation.kind === 'dialog-file' ? [] : [farEndOf('bot', conversation.url)].concat(tokenServiceOf(conversation)),
  );
  const webhooks = tenants.flatMap(({ webhook }) =>
    webhook.url === undefined ? [] : [farEndOf('webhook', webhook.url)],
  );
  const farEnds = [...bots, ...webhooks];
  const origins = [...new Set([...bots, ...webhooks].flatMap(({ origin }) => (origin === undefined ? [] : [origin])))];
  const { clock } = world;
  return [
    { name: 'sip port', run: () => checkSipPort(settings) },
    { name: 'http port', run: () => checkHttpPort(settings) },
    { name: 'rtp ports', run: () => checkRtpPorts(settings) },
    { name: 'addresses', run: () => checkAddresses(settings, world) },
    { name: 'dns', run: () => checkDns(farEnds, world.resolve) },
    { name: 'clock', run: () => checkClock(origins, world.dateOf, () => clock.wallMs()) },
    { name: 'tls', run: () => checkTlsFiles(tlsFiles(world), clock.wallMs()) },
    { name: 'trunk', limitMs: trunkCheckLimitMs, run: (signal) => checkTrunk(settings, world, signal) },
    { name: 'registration', limitMs: trunkCheckLimitMs, run: (signal) => checkCredentials(settings, world, signal) },
    {
      name: 'speech',
      limitMs: slowLimitMs,
      run: (signal) => {
        const { speechModel: model, voice } = settings;
        return checkSpeech(
          () => world.openEngines({ model, voice }),
          () => clock.nowMs(),
          signal,
        );
      },
    },
    { name: 'espeak-ng', run: (signal) => checkVoiceProgram(programVoices(tenants, settings, world), signal) },
    {
      name: 'bot',
      limitMs: slowLimitMs,
      run: async (signal) =>
        options.asksBot
          ? checkBots(botsToAsk(tenants, dialogs, world), () => randomUuid(world.random), signal)
          : skipped('it costs a turn; say --bot'),
    },
    { name: 'webhooks', run: () => checkWebhooks(webhooks, world.connect) },
    {
      name: 'data directory',
      run: () =>
        checkDataDirectory(settings.dataDir, {
          checkWritable: () => world.checkWritable(settings.dataDir),
          freeBytes: () => world.freeBytes(settings.dataDir),
        }),
    },
    { name: 'file descriptors', run: () => checkFileDescriptors(world.readLimits) },
  ];
}

function programVoices(
  tenants: readonly Tenant[],
  { espeakProgram }: Deployment['settings'],
  { openVoiceProgram }: DoctorWorld,
): TextToSpeech[] {
  const choices = tenants.flatMap((tenant) => speechSelectionOf(tenant).tts);
  return choices.flatMap(({ kind, options }) =>
    kind === 'espeak-ng' ? [openVoiceProgram(espeakProgram, options)] : [],
  );
}

function tokenServiceOf({ token }: BotAddress): FarEnd[] {
  return token?.kind === 'api-key' ? [farEndOf('token service', token.tokenUrl ?? defaultTokenUrl)] : [];
}

function farEndOf(role: string, text: string): FarEnd {
  const { hostname, port, protocol, origin } = new URL(text);
  const usualPort = protocol === 'https:' ? 443 : 80;
  return {
    role,
    host: hostname.replaceAll(/^\[|\]$/g, ''),
    port: port === '' ? usualPort : Number(port),
    origin,
  };
}

async function checkAddresses(settings: Deployment['settings'], world: DoctorWorld): Promise<Finding> {
  const resolve = (host: string): Promise<readonly string[]> => world.resolve(host).catch(() => []);
  const told = [
    { variable: 'SIP_HOST', host: settings.sipHost },
    { variable: 'SDP_ADDRESS', host: settings.sdpAddress },
  ] as const;
  return judgeAddresses({
    told: await Promise.all(
      told.map(async ({ variable, host }): Promise<ToldAddress> => ({
        variable,
        host,
        addresses: await resolve(host),
      })),
    ),
    localAddresses: world.localAddresses,
    trunkAddresses: settings.sipTrunk === undefined ? [] : await resolve(settings.sipTrunk.host),
  });
}

async function checkTrunk(settings: Deployment['settings'], world: DoctorWorld, signal: AbortSignal): Promise<Finding> {
  const { trunkUse: use } = trunkUse(settings);
  if (use === undefined) return skipped('OUTDIAL_SIP_TRUNK is not set; requests name hosts or routes');
  const means = meansOf(settings, world);
  const findings = await Promise.all(
    use.targets.map(async ({ wanted }): Promise<Finding> => {
      const found = await locate(wanted, means);
      const [hop] = found.ok ? found.value : [];
      if (hop === undefined)
        return bad(found.ok ? '' : found.error, 'Correct the trunk, its DNS records or OUTDIAL_DNS_SERVERS.');
      return lookAt(wanted.host, hop, world, signal);
    }),
  );
  // The calls go by those that answer.
  const isUsable = findings.some(({ status }) => status === 'good');
  return worstOf(isUsable ? findings.map(lessBad) : findings, skipped('there is no target'));
}

function lessBad(finding: Finding): Finding {
  return finding.status === 'bad' ? { ...finding, status: 'warning' } : finding;
}

function meansOf({ dnsServers = [] }: Deployment['settings'], { openDns, random }: DoctorWorld) {
  const transports = ['udp', 'tcp', 'tls', 'wss', 'ws'] as const;
  return { dns: openDns(dnsServers), random, transports, families: [4, 6] } as const;
}

async function lookAt(host: string, hop: Hop, world: DoctorWorld, signal: AbortSignal): Promise<Finding> {
  const { host: address, port, transport } = hop;
  if (transport === 'udp') {
    const userAgent = `outdial/${version}`;
    const trunk = { host, port };
    return pingTrunk({ trunk, address, userAgent, random: world.random, limitMs: trunkLimitMs }, signal);
  }
  try {
    await world.connect(address, port);
    return good(`${host}:${port} accepts connections (${transport})`);
  } catch (fault) {
    return bad(`${host}:${port} (${transport}): ${reasonOf(fault)}`, 'Check host, port and firewall.');
  }
}

async function checkCredentials(
  settings: Deployment['settings'],
  world: DoctorWorld,
  signal: AbortSignal,
): Promise<Finding> {
  const { sipTrunk, registrars = [], registrationAor, trunkUsername: username, trunkPassword: password } = settings;
  const asked = registrars.length > 0 ? registrars : sipTrunk === undefined ? [] : [sipTrunk];
  const none = skipped('OUTDIAL_SIP_TRUNK is not set');
  if (asked.length === 0) return none;
  if (username === undefined || password === undefined) {
    return skipped('OUTBOUND_CALLS_SIP_AUTH_USERNAME is not set: the trunk must know this address');
  }
  const variable = registrars.length > 0 ? 'OUTDIAL_REGISTRAR' : 'OUTDIAL_SIP_TRUNK';
  const { random } = world;
  const common = { userAgent: `outdial/${version}`, credentials: { username, password }, random, digest };
  const about = registrationAor === undefined ? {} : { addressOfRecord: registrationAor };
  const means = meansOf(settings, world);
  const findings = await Promise.all(
    asked.map(async (registrar): Promise<Finding> => {
      const { host, port, transport, wanted = { scheme: 'sip', host, port, transport } } = registrar;
      const found = await locate(wanted, means);
      if (!found.ok) return bad(found.error, `Correct ${variable} or its DNS records.`);
      const hop = found.value.find((each) => each.transport === 'udp');
      if (hop === undefined) return skipped(`${host} is not reached by UDP, which this check speaks`);
      const at = { registrar: { host, port: hop.port }, address: hop.host };
      return checkRegistration({ ...common, ...about, ...at, limitMs: trunkLimitMs / 2 }, signal);
    }),
  );
  return worstOf(findings, none);
}

/** Every bot once, under the first tenant that has it. */
function botsToAsk(tenants: readonly Tenant[], dialogs: Deployment['dialogs'], world: DoctorWorld): BotToAsk[] {
  const firstOf = new Map<string, Tenant>();
  for (const tenant of tenants.flatMap(botTenants)) {
    const key = JSON.stringify([tenant.conversation, tenant.conversationApi]);
    if (!firstOf.has(key)) firstOf.set(key, tenant);
  }
  // All of it is the operator's own configuration.
  const { http } = world;
  const net = { operatorHttp: http, requestHttp: http, authorizations: authorizationsOver(http, http) };
  return [...firstOf.values()].map((tenant) => ({
    tenantId: tenant.id,
    service: botOf(tenant, dialogs, net),
  }));
}

/** Files among the HTTP settings are keys and certificates; the last one is Node's own variable. */
function tlsFiles({ environment, readTlsFile }: DoctorWorld): TlsFile[] {
  const specs: readonly SettingSpec[] = settingTable;
  const names = specs.filter(({ group, kind }) => group === 'HTTP' && kind.type === 'path').map(({ name }) => name);
  return [...names, 'NODE_EXTRA_CA_CERTS'].flatMap((variable) => {
    const path = (environment[variable] ?? '').trim();
    return path === '' ? [] : [{ variable, read: () => readTlsFile(path) }];
  });
}
