import { noAuthorization } from '../../authorization/index.ts';
import { isJsonObject } from '../../kit/index.ts';
import type { SpeechToText, TextToSpeech } from '../../speech/index.ts';
import {
  httpUrl,
  httpVoice,
  isSsml,
  readServiceOptions,
  type ServiceOptions,
  type SpeechServicePorts,
  streamingRecogniser,
} from '../speech-connection/index.ts';
import { presignedUrl, signedHeaders, type Signer } from './signature.ts';
import { encodeAudio, endOfAudio, readTranscriptMessage, streamingUrl } from './transcribe-messages.ts';

const usualVoice = 'Joanna';
const usualEngine = 'neural';
const limit = { most: 3000, unit: 'characters' } as const;

/** Recognition by Amazon Transcribe for one call, over its WebSocket. */
export function createAwsSpeechToText(options: unknown, ports: SpeechServicePorts): SpeechToText {
  const { service, signer } = read(
    options,
    (region) => `https://transcribestreaming.${region}.amazonaws.com:8443`,
    'transcribe',
  );
  return streamingRecogniser(service, ports, ({ sampleRateHz }, parameters) => {
    const url = new URL(streamingUrl(service.url, parameters, sampleRateHz));
    return {
      encoding: 'linear16',
      saysListening: false,
      begin: () => ({
        order: { url: presignedUrl(signer, url, ports.wallMs()).href, headers: {}, authorization: noAuthorization },
        start: [],
        read: () => ({ type: 'malformed' }),
        readBinary: readTranscriptMessage,
      }),
      wrap: encodeAudio,
      stop: [endOfAudio],
    };
  });
}

/** Synthesis by Amazon Polly (docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html), heard while it comes. */
export function createAwsTextToSpeech(options: unknown, ports: SpeechServicePorts): TextToSpeech {
  const { service, signer } = read(options, (region) => `https://polly.${region}.amazonaws.com`, 'polly');
  const url = httpUrl({ url: service.url, path: '/v1/speech' });
  const { voice = usualVoice, region: _region, ...others } = service.parameters;
  return httpVoice(service, ports, limit, ({ text, sampleRateHz }) => {
    const body = JSON.stringify({
      Engine: usualEngine,
      VoiceId: voice,
      ...others,
      Text: text,
      TextType: isSsml(text) ? 'ssml' : 'text',
      OutputFormat: 'pcm',
      SampleRate: String(sampleRateHz),
    });
    const headers = { 'content-type': 'application/json' };
    const signed = signedHeaders(signer, { url: new URL(url), headers, body }, ports.wallMs());
    return { url, body, headers: signed, authorization: noAuthorization, encoding: 'linear16' };
  });
}

/** The region stands in `config` or in the URL. */
function read(
  options: unknown,
  urlIn: (region: string) => string,
  service: string,
): { readonly service: ServiceOptions; readonly signer: Signer } {
  const { parameters } = isJsonObject(options) ? options : {};
  const region = isJsonObject(parameters) ? parameters['region'] : undefined;
  const isRegion = typeof region === 'string' && /^[a-z0-9-]{1,40}$/.test(region);
  const read = readServiceOptions('AWS', options, isRegion ? urlIn(region) : undefined);
  const known = isRegion ? region : /\b[a-z]{2}(?:-[a-z]+)+-\d+\b/.exec(new URL(read.url).hostname)?.[0];
  if (known === undefined) throw new Error('AWS speech: config.region is missing, and credentials.url names none.');
  const { authorization } = read;
  if (authorization.kind !== 'basic') {
    throw new Error(
      'AWS speech: credentials.username (the access key ID) and credentials.password (its secret) are missing.',
    );
  }
  const { username: accessKeyId, password: secretAccessKey } = authorization;
  return { service: read, signer: { accessKeyId, secretAccessKey, region: known, service } };
}
