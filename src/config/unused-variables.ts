/**
 * Variables of the original product that mean nothing here today. Setting one does no harm and is said once at the start
 * (and it is why a misspelt name is told apart from a known one).
 */
export const unusedVariables: Readonly<Record<string, string>> = {
  ...forAll('outdial is one process; there is no media relay to reach', [
    'MEDIA_RELAY_HOST',
    'MEDIA_RELAY_WS_HOST',
    'MEDIA_RELAY_WS_PORT',
  ]),
  ...forAll('log entries go to standard output', [
    'LOG_MAX_FILES',
    'LOG_MAX_FILE_SIZE',
    'ENABLE_TRANSCRIPTION_AUDIT_MESSAGES',
    'WLP_LOGGING_CONSOLE_FORMAT',
    'WLP_LOGGING_CONSOLE_LOGLEVEL',
    'WLP_LOGGING_CONSOLE_SOURCE',
    'MEDIA_RELAY_LOG_LEVEL',
    'MEDIA_RELAY_LOG_ROTATION_FILE_COUNT',
    'MEDIA_RELAY_LOG_ROTATION_PERIOD',
    'TRACE_TYPE',
  ]),
  ...forAll('metrics are not sampled: whoever scrapes them chooses the window', ['METRICS_SAMPLING_INTERVAL']),
  ...forAll('Watson Virtual Agent is no bot of outdial', [
    'WATSON_VA_URL',
    'WATSON_VA_BOT_ID',
    'WATSON_VA_CLIENT_ID',
    'WATSON_VA_CLIENT_SECRET',
  ]),
  ...forAll('text messages are sent and not received', ['WEB_HOOK_HOST']),
  ...forAll('transcriptions are not published by MQTT', [
    'MQTT_PLUGIN_ENABLE',
    'MQTT_BROKER_ADDRESS',
    'MQTT_TOPIC_PATH',
  ]),
  ...forAll('recognition by Google (OUTDIAL_STT_PROVIDER) takes its options from stt.config', [
    'GOOGLE_SPEECH_LANGUAGE_CODE',
    'GOOGLE_SPEECH_PROFANITY_FILTER',
    'GOOGLE_SPEECH_MAX_ALTERNATIVES',
    'GOOGLE_SPEECH_RECOGNITION_CONFIG',
  ]),
  ...forAll('use is not metered', [
    'VGW_PRODUCT_NAME',
    'METERING_API_KEY',
    'PRODUCT_METERING_ENABLED',
    'ICP_MASTER_NODE_IP',
    'METERING_SERVER_SERVICE_URL',
  ]),
};

function forAll(why: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]));
}
