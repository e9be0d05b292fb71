/** The keys of `conversation`, `stt` and `tts`: the services of a tenant. */
import { type KeyGroup, perCall, valuePerCall } from './key-rule.ts';

export const conversationKeys: KeyGroup = {
  use: 'group',
  description: 'The bot, or a list of bots: when one fails the next one is asked, for the rest of the call.',
  listOf: 'conversation',
  keys: {
    name: valuePerCall('conversationName'),
    url: perCall('WATSON_CONVERSATION_URL'),
    workspaceID: perCall('WATSON_CONVERSATION_WORKSPACE_ID'),
    assistantID: perCall('OUTDIAL_BOT_ASSISTANT_ID'),
    username: perCall('WATSON_CONVERSATION_USERNAME'),
    password: perCall('WATSON_CONVERSATION_PASSWORD'),
    apikey: perCall('WATSON_CONVERSATION_APIKEY'),
    tokenServiceProviderUrl: perCall('WATSON_CONVERSATION_TOKEN_SERVICE_PROVIDER_URL'),
    tokenServiceProviderURL: perCall('WATSON_CONVERSATION_TOKEN_SERVICE_PROVIDER_URL'),
    bearerToken: perCall('OUTDIAL_BOT_BEARER_TOKEN'),
    tokenAuthEnabled: valuePerCall('isConversationTokenAuth'),
    type: perCall('OUTDIAL_BOT_TYPE'),
    model: perCall('OUTDIAL_BOT_MODEL'),
    prompt: perCall('OUTDIAL_BOT_PROMPT'),
    greeting: perCall('OUTDIAL_BOT_GREETING'),
    tools: perCall('OUTDIAL_BOT_TOOLS'),
    parameters: perCall('OUTDIAL_BOT_PARAMETERS'),
    convApiVersion: perCall('WATSON_CONVERSATION_API_VERSION'),
    convConnectTimeout: perCall('WATSON_CONVERSATION_CONNECT_TIMEOUT'),
    convReadTimeout: perCall('WATSON_CONVERSATION_READ_TIMEOUT'),
  },
};

export const sttKeys: KeyGroup = {
  use: 'group',
  description: 'Speech recognition, or a list of services that are tried in this order.',
  listOf: 'stt',
  keys: {
    name: valuePerCall('sttName'),
    providerType: perCall('OUTDIAL_STT_PROVIDER'),
    credentials: {
      use: 'group',
      description: 'Address and credentials of the recognition service.',
      keys: {
        url: perCall('WATSON_STT_URL'),
        username: perCall('WATSON_STT_USERNAME'),
        password: perCall('WATSON_STT_PASSWORD'),
        apikey: perCall('WATSON_STT_APIKEY'),
        tokenServiceProviderUrl: perCall('WATSON_STT_TOKEN_SERVICE_PROVIDER_URL'),
        bearerToken: valuePerCall('sttBearerToken'),
      },
    },
    thirdPartyCredentials: valuePerCall('sttThirdPartyCredentials'),
    config: {
      use: 'group',
      description: 'Options of recognition. Those that are not named here are handed on as they are.',
      rest: 'sttOptions',
      keys: {
        firmup_silence_time: perCall('WATSON_STT_FIRMUP_SILENCE_TIME'),
        model: perCall('WATSON_STT_MODEL'),
        profanity_filter: perCall('WATSON_STT_PROFANITY_FILTER'),
        smart_formatting: perCall('WATSON_STT_SMART_FORMATTING'),
        max_alternatives: perCall('WATSON_STT_MAXALTERNATIVES'),
        customization_id: perCall('WATSON_STT_MODEL_CUSTOMIZATION_ID'),
        language_customization_id: perCall('WATSON_STT_MODEL_CUSTOMIZATION_ID'),
      },
    },
    broadbandConfig: valuePerCall('sttBroadbandOptions'),
    bandPreference: valuePerCall('sttBand'),
    confidenceScoreThreshold: perCall('WATSON_STT_CONFIDENCE_SCORE_THRESHOLD'),
    echoSuppression: perCall('ECHO_SUPPRESSION'),
    bargeInResume: valuePerCall('isPlaybackResumed'),
    trackLatency: perCall('STT_TRACK_LATENCY'),
    connectionTimeout: valuePerCall('sttConnectTimeoutMs'),
    requestTimeout: valuePerCall('sttRequestTimeoutMs'),
  },
};

export const ttsKeys: KeyGroup = {
  use: 'group',
  description: 'Speech synthesis, or a list of services that are tried in this order.',
  listOf: 'tts',
  keys: {
    name: valuePerCall('ttsName'),
    providerType: perCall('OUTDIAL_TTS_PROVIDER'),
    credentials: {
      use: 'group',
      description: 'Address and credentials of the synthesis service.',
      keys: {
        url: perCall('WATSON_TTS_URL'),
        username: perCall('WATSON_TTS_USERNAME'),
        password: perCall('WATSON_TTS_PASSWORD'),
        apikey: perCall('WATSON_TTS_APIKEY'),
        tokenServiceProviderUrl: perCall('WATSON_TTS_TOKEN_SERVICE_PROVIDER_URL'),
        bearerToken: valuePerCall('ttsBearerToken'),
      },
    },
    thirdPartyCredentials: valuePerCall('ttsThirdPartyCredentials'),
    config: {
      use: 'group',
      description: 'Options of synthesis. Those that are not named here are handed on as they are.',
      rest: 'ttsOptions',
      keys: { voice: perCall('WATSON_TTS_VOICE') },
    },
    cacheTimeToLive: perCall('TTS_CACHE_TIME_TO_LIVE'),
    jitterBufferDelay: valuePerCall('ttsJitterBufferMs'),
    connectionTimeout: valuePerCall('ttsConnectTimeoutMs'),
    requestTimeout: valuePerCall('ttsRequestTimeoutMs'),
  },
};
