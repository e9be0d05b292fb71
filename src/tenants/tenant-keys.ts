/** The keys of a tenant, in the tenant file and in the `tenantConfig.config` of a request, as data. */
import { guardKeys } from './guard-keys.ts';
import { inFile, type KeyGroup, type KeyRule, perCall, valueInFile, valuePerCall } from './key-rule.ts';
import { reportKeys } from './report-keys.ts';
import { conversationKeys, sttKeys, ttsKeys } from './provider-keys.ts';

const group = (description: string, keys: Readonly<Record<string, KeyRule>>): KeyGroup => ({
  use: 'group',
  description,
  keys,
});

const asField = (name: string): string => `a request gives it as its own field ${name}`;

const outboundCalls = group('Outbound calls of this tenant.', {
  statusWebhook: inFile('OUTBOUND_CALLS_STATUS_WEBHOOK', asField('statusWebhook')),
  statusWebhookUsername: inFile('OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME', asField('statusWebhookUsername')),
  statusWebhookPassword: inFile('OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD', asField('statusWebhookPassword')),
  tenantURI: inFile('OUTBOUND_CALLS_TENANT_URI', asField('from')),
  connectTimeout: perCall('OUTBOUND_CALLS_CONNECT_TIMEOUT'),
  readTimeout: perCall('OUTBOUND_CALLS_READ_TIMEOUT'),
  maxRetryNo: perCall('OUTBOUND_CALLS_MAX_RETRY_NO'),
  sipAuth: group('Answers the challenges of the trunk.', {
    username: perCall('OUTBOUND_CALLS_SIP_AUTH_USERNAME'),
    password: perCall('OUTBOUND_CALLS_SIP_AUTH_PASSWORD'),
    realm: perCall('OUTBOUND_CALLS_SIP_AUTH_REALM'),
  }),
});

const cloudant = (event: 'CDR' | 'CONVERSATION' | 'TRANSCRIPTION', what: string): KeyGroup =>
  group(`Cloudant or CouchDB for ${what}.`, {
    url: inFile(`REPORTING_${event}_CLOUDANT_URL`),
    username: inFile(`REPORTING_${event}_CLOUDANT_USERNAME`),
    password: inFile(`REPORTING_${event}_CLOUDANT_PASSWORD`),
    apikey: inFile(`REPORTING_${event}_CLOUDANT_APIKEY`),
    dbName: inFile(`REPORTING_${event}_CLOUDANT_DB_NAME`),
    eventInd: inFile(`REPORTING_${event}_CLOUDANT_EVENT_INDEX`),
  });

const reporting = group('Where events of this tenant go.', {
  url: inFile('REPORTING_URL'),
  username: inFile('REPORTING_USERNAME'),
  password: inFile('REPORTING_PASSWORD'),
  cdrEventInd: inFile('REPORTING_CDR_EVENT_INDEX'),
  cdrEventSourceType: inFile('REPORTING_CDR_EVENT_SOURCE_TYPE'),
  convEventInd: inFile('REPORTING_CONVERSATION_EVENT_INDEX'),
  convEventSourceType: inFile('REPORTING_CONVERSATION_EVENT_SOURCE_TYPE'),
  convRequestEventInd: inFile('REPORTING_CONVERSATION_REQUEST_EVENT_INDEX'),
  convRequestEventSourceType: inFile('REPORTING_CONVERSATION_REQUEST_EVENT_SOURCE_TYPE'),
  transcriptionEventInd: inFile('REPORTING_TRANSCRIPTION_EVENT_INDEX'),
  transcriptionEventSourceType: inFile('REPORTING_TRANSCRIPTION_EVENT_SOURCE_TYPE'),
  cdrCloudant: cloudant('CDR', 'call records'),
  transcriptionCloudant: cloudant('TRANSCRIPTION', 'transcriptions'),
  convCloudant: cloudant('CONVERSATION', 'turns'),
});

/** Keys that are outdial's own; the original would ignore the block. Add a key here and a setting beside it. */
const outdial = group('What only outdial knows.', {
  codecs: perCall('OUTDIAL_CODECS'),
  recording: valuePerCall('recording'),
  rtpSourcePolicy: inFile('OUTDIAL_RTP_SOURCE_POLICY'),
  maxCallDuration: inFile('OUTDIAL_MAX_CALL_DURATION'),
  ringTimeout: perCall('OUTDIAL_RING_TIMEOUT'),
  require100rel: perCall('OUTDIAL_REQUIRE_100REL'),
  lateOffer: perCall('OUTDIAL_LATE_OFFER'),
  followRedirects: inFile('OUTDIAL_FOLLOW_REDIRECTS'),
  dialogFile: inFile('OUTDIAL_DIALOG_FILE'),
  caller: group('Who calls, as the other side is told it.', {
    name: perCall('OUTDIAL_CALLER_NAME'),
    privacy: perCall('OUTDIAL_CALLER_PRIVACY'),
    identityHeaders: perCall('OUTDIAL_IDENTITY_HEADERS'),
    assertedIdentity: perCall('OUTDIAL_ASSERTED_IDENTITY'),
  }),
  diversion: group('For whom a forwarded call was meant.', {
    uri: perCall('OUTDIAL_DIVERSION'),
    reason: perCall('OUTDIAL_DIVERSION_REASON'),
    headers: perCall('OUTDIAL_DIVERSION_HEADERS'),
  }),
  userToUser: perCall('OUTDIAL_USER_TO_USER'),
  subject: perCall('OUTDIAL_SUBJECT'),
  callInfo: perCall('OUTDIAL_CALL_INFO'),
  inviteHeaders: perCall('OUTDIAL_INVITE_HEADERS'),
  answerHeaders: perCall('OUTDIAL_ANSWER_HEADERS'),
  stir: group('Signs the calls of this tenant (STIR/SHAKEN).', {
    privateKey: inFile('OUTDIAL_STIR_PRIVATE_KEY'),
    certificateUrl: inFile('OUTDIAL_STIR_CERTIFICATE_URL'),
    attestation: inFile('OUTDIAL_STIR_ATTESTATION'),
  }),
  registration: group('Registering with registrars, with the credentials of outboundCalls.sipAuth.', {
    registrar: inFile('OUTDIAL_REGISTRAR'),
    addressOfRecord: inFile('OUTDIAL_REGISTRATION_AOR'),
    expires: inFile('OUTDIAL_REGISTRATION_EXPIRES'),
  }),
  sipAuthByRealm: inFile('OUTDIAL_SIP_AUTH_BY_REALM'),
  speculation: perCall('OUTDIAL_SPECULATION'),
  assistantStateless: perCall('OUTDIAL_BOT_STATELESS'),
  inboundCalls: inFile('OUTDIAL_INBOUND_CALLS'),
  ...guardKeys,
  ...reportKeys,
  webhookEvents: perCall('OUTDIAL_WEBHOOK_EVENTS'),
  webhookSecrets: inFile('OUTDIAL_WEBHOOK_SECRETS'),
  webhookWindow: inFile('OUTDIAL_WEBHOOK_WINDOW'),
});

/** One entry of `tenants`. */
export const tenantKeys: KeyGroup = {
  use: 'group',
  description: 'One tenant.',
  keys: {
    tenantURI: { use: 'identity' },
    description: { use: 'remark' },
    conversation: conversationKeys,
    providerSelectionPolicy: valueInFile('providerSelectionPolicy'),
    stt: sttKeys,
    tts: ttsKeys,
    postResponseTimeout: perCall('POST_RESPONSE_TIMEOUT'),
    enableOutboundCalls: inFile('ENABLE_OUTBOUND_CALLS'),
    outboundCalls,
    restAPI: group('Credentials that callers of the REST API must send for this tenant (HTTP Basic).', {
      username: inFile('REST_API_USERNAME'),
      password: inFile('REST_API_PASSWORD'),
    }),
    sipAuth: group('Credentials that incoming calls must authenticate with.', {
      username: inFile('OUTDIAL_SIP_AUTH_USERNAME'),
      password: inFile('OUTDIAL_SIP_AUTH_PASSWORD'),
    }),
    mediaEncryption: {
      ...group('Encrypted media (SRTP).', { policy: inFile('OUTDIAL_MEDIA_ENCRYPTION') }),
      rest: 'mediaEncryption',
    },
    reporting,
    conversationFailedReplyMessage: perCall('CONVERSATION_FAILED_REPLY_MESSAGE'),
    conversationFailedReplyAudioURL: perCall('CONVERSATION_FAILED_REPLY_AUDIO_URL'),
    transferDefaultTarget: perCall('TRANSFER_DEFAULT_TARGET'),
    transferFailedReplyMessage: perCall('TRANSFER_FAILED_REPLY_MESSAGE'),
    disconnectCallOnTransferFailure: perCall('DISCONNECT_CALL_ON_TRANSFER_FAILURE'),
    putCallerOnHoldOnTransfer: perCall('PUT_CALLER_ON_HOLD_ON_TRANSFER'),
    sendSIPCallIDToConversation: perCall('SEND_SIP_CALL_ID_TO_CONVERSATION'),
    sendSIPRequestURIToConversation: perCall('SEND_SIP_REQUEST_URI_TO_CONVERSATION'),
    sendSIPToURIToConversation: perCall('SEND_SIP_TO_URI_TO_CONVERSATION'),
    sendSIPFromURIToConversation: perCall('SEND_SIP_FROM_URI_TO_CONVERSATION'),
    notifyConversationOnFilteredUtterances: perCall('NOTIFY_CONVERSATION_ON_FILTERED_UTTERANCES'),
    notifyConversationOnNetworkEvents: perCall('NOTIFY_CONVERSATION_ON_NETWORK_EVENTS'),
    latencyReportingThreshold: perCall('LATENCY_REPORTING_THRESHOLD'),
    whitelistFromUri: inFile('WHITELIST_FROM_URI'),
    whitelistToUri: inFile('WHITELIST_TO_URI'),
    sendProvisionalResponse: inFile('SEND_PROVISIONAL_RESPONSE'),
    customSipInviteHeader: inFile('CUSTOM_SIP_INVITE_HEADER'),
    smsPipe: group('The gateway for text messages.', {
      url: inFile('SMS_GW_URL'),
      username: inFile('SMS_GW_USERNAME'),
      password: inFile('SMS_GW_PASSWORD'),
      tenantPhoneNumber: inFile('TENANT_PHONE_NUMBER'),
      readTimeout: inFile('SMS_GW_READ_TIMEOUT'),
      connectTimeout: { use: 'ignored', why: 'a connection is waited for 5 s' },
      expirationInterval: { use: 'ignored', why: 'text messages are sent and not received' },
      enableInboundSMS: inFile('ENABLE_INBOUND_SMS'),
    }),
    wva: { use: 'ignored', why: 'Watson Virtual Agent is no bot of outdial' },
    outdial,
  },
};
