/** Which engines hear and speak in the calls of a tenant, from its settings. */
import type { Json, JsonObject } from '../kit/index.ts';
import type { SpeechChoice, SpeechProvider, SpeechSelection } from '../speech/index.ts';
import { usualModel, usualVoice } from './change-speech-provider.ts';
import type { TenantSettingKey, TenantSettings } from './tenant-settings.ts';
import type { Tenant } from './tenant.ts';

type Service = 'stt' | 'tts';

const hourMs = 3_600_000;

/** The selection holds secrets in clear text: it goes to the media thread and nowhere else. */
export function speechSelectionOf(tenant: Tenant): SpeechSelection {
  return {
    stt: choicesOf(tenant, 'stt', sttChoice),
    tts: choicesOf(tenant, 'tts', ttsChoice),
    ttsCacheMs: tenant.settings.ttsCacheHours * hourMs,
  };
}

/** URLs of speech services that came with a request or from a bot, with the place where they stand. */
export function requestedSpeechUrls(tenant: Tenant): readonly { readonly name: string; readonly url: string }[] {
  return (['stt', 'tts'] as const).flatMap((service) =>
    providersOf(tenant, service).flatMap(({ settings, trust }) =>
      (
        [[`${service}Url`, 'url'] as const, [`${service}TokenUrl`, 'tokenServiceProviderUrl'] as const] as const
      ).flatMap(([key, name]) => {
        const url = settings[key];
        return url === undefined || trust === 'operator' ? [] : [{ name: `${service}.credentials.${name}`, url }];
      }),
    ),
  );
}

/** `request`: a URL is the word of whoever sent the request, or of a bot. */
type Trust = 'operator' | 'request';

interface Provider {
  readonly settings: TenantSettings;
  readonly trust: Trust;
}

function providersOf({ settings, standbys, fromRequest, standbysOfRequest }: Tenant, service: Service): Provider[] {
  const urls: readonly TenantSettingKey[] = [`${service}Url`, `${service}TokenUrl`];
  const first = urls.some((key) => fromRequest.has(key)) ? 'request' : 'operator';
  const others = standbysOfRequest?.has(service) === true ? 'request' : 'operator';
  return [{ settings, trust: first }, ...standbys[service].map((each) => ({ settings: each, trust: others }) as const)];
}

function choicesOf<Kind>(
  tenant: Tenant,
  service: Service,
  choose: (settings: TenantSettings, trust: Trust) => SpeechChoice<Kind>,
): SpeechChoice<Kind>[] {
  return providersOf(tenant, service).map(({ settings, trust }) => choose(settings, trust));
}

function sttChoice(settings: TenantSettings, trust: Trust): SpeechChoice<SpeechProvider> {
  const { sttUrl, sttProviderType, sttName, sttBroadbandOptions } = settings;
  const named = sttName === undefined ? {} : { name: sttName };
  const kind = sttProviderType ?? 'watson';
  if (kind === 'local' || (kind === 'watson' && sttUrl === undefined)) return { kind: 'local', ...named, options: {} };
  const common = kind === 'watson' ? watsonParameters(settings) : {};
  const options = {
    ...given({ url: sttUrl }),
    trust,
    authorization: authorizationOf(settings, 'stt', kind),
    parameters: { ...common, ...modelParameters(settings, kind), ...settings.sttOptions },
    ...(sttBroadbandOptions === undefined ? {} : { broadbandParameters: { ...common, ...sttBroadbandOptions } }),
    ...given({ connectTimeoutMs: settings.sttConnectTimeoutMs, requestTimeoutMs: settings.sttRequestTimeoutMs }),
  };
  return { kind, ...named, options };
}

/** A customisation belongs to one model. What nobody chose is a model of Watson's. */
function modelParameters({ sttModel, sttCustomizationId }: TenantSettings, kind: SpeechProvider): JsonObject {
  if (kind === 'watson') return { ...given({ language_customization_id: sttCustomizationId }), model: sttModel };
  return given({ model: sttModel === usualModel ? undefined : sttModel });
}

/** What the service does by itself is not asked for: not every model takes every parameter. */
function watsonParameters(settings: TenantSettings): JsonObject {
  return {
    ...(settings.isProfanityFiltered ? {} : { profanity_filter: false }),
    ...(settings.isSmartFormatted ? { smart_formatting: true } : {}),
    ...(settings.sttMaxAlternatives === 1 ? {} : { max_alternatives: settings.sttMaxAlternatives }),
    ...(settings.isSttOptedOut ? { 'x-watson-learning-opt-out': true } : {}),
  };
}

function ttsChoice(settings: TenantSettings, trust: Trust): SpeechChoice {
  const { ttsUrl, ttsProviderType, ttsName, ttsVoice, ttsOptions } = settings;
  const named = ttsName === undefined ? {} : { name: ttsName };
  const kind = ttsProviderType ?? 'watson';
  if (kind === 'local' || (kind === 'watson' && ttsUrl === undefined)) return { kind: 'local', ...named, options: {} };
  const voice = given({ voice: kind !== 'watson' && ttsVoice === usualVoice ? undefined : ttsVoice });
  const patience = given({ requestTimeoutMs: settings.ttsRequestTimeoutMs });
  // A program on this machine: no address, no credentials.
  if (kind === 'espeak-ng')
    return { kind, ...named, options: { parameters: { ...voice, ...ttsOptions }, ...patience } };
  const options = {
    ...given({ url: ttsUrl }),
    trust,
    authorization: authorizationOf(settings, 'tts', kind),
    parameters: { ...voice, ...ttsOptions },
    ...given({ connectTimeoutMs: settings.ttsConnectTimeoutMs }),
    ...patience,
  };
  return { kind, ...named, options };
}

/** Revealed here: a secret does not survive the way to another thread. */
function authorizationOf(settings: TenantSettings, service: Service, kind: SpeechProvider): JsonObject {
  const keyFile = settings[`${service}ThirdPartyCredentials`];
  const bearer = settings[`${service}BearerToken`];
  const apikey = settings[`${service}Apikey`];
  const username = settings[`${service}Username`];
  const password = settings[`${service}Password`];
  if (bearer !== undefined) return { kind: 'bearer', token: bearer.reveal() };
  if (apikey !== undefined) {
    return { kind: 'api-key', apikey: apikey.reveal(), ...given({ tokenUrl: settings[`${service}TokenUrl`] }) };
  }
  if (keyFile !== undefined && kind === 'google') {
    return { kind: 'key-file', text: keyFile.reveal(), ...given({ tokenUrl: settings[`${service}TokenUrl`] }) };
  }
  if (username === undefined || password === undefined) return { kind: 'none' };
  return { kind: 'basic', username, password: password.reveal() };
}

function given(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(values).flatMap(([key, value]): [string, Json][] =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(entries);
}
