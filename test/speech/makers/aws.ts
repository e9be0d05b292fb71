import { createAwsSpeechToText, createAwsTextToSpeech } from '../../../src/providers/aws-speech/index.ts';
import { decodeEvent, encodeEvent } from '../../../src/providers/aws-speech/event-stream.ts';
import type { Asked, HearingSide, SpeakingSide } from '../speech-service.ts';
import type { Maker } from './maker.ts';
import { linearOf, samplesOf } from './samples.ts';

function event(type: string, body: object, kind: 'event' | 'exception' = 'event'): Uint8Array {
  const name = kind === 'event' ? ':event-type' : ':exception-type';
  const headers = { [name]: type, ':content-type': 'application/json', ':message-type': kind };
  return encodeEvent({ headers, payload: new TextEncoder().encode(JSON.stringify(body)) });
}

function hear({ query }: Asked): HearingSide {
  let onsetMs = 0;
  const transcript = (text: string, toMs: number, isPartial: boolean): Uint8Array => {
    const Items = [
      { Content: text, Confidence: 0.9, StartTime: onsetMs / 1000, EndTime: toMs / 1000, Type: 'pronunciation' },
    ];
    const result = {
      Alternatives: [{ Items, Transcript: text }],
      StartTime: onsetMs / 1000,
      EndTime: toMs / 1000,
      IsPartial: isPartial,
      ResultId: 'r',
    };
    return event('TranscriptEvent', { Transcript: { Results: [result] } });
  };
  return {
    sampleRateHz: query.get('sample-rate') === '16000' ? 16_000 : 8000,
    audioIn: (data) => {
      const message = decodeEvent(data);
      return message === undefined ? undefined : samplesOf(Buffer.from(message.payload), false);
    },
    say: (told) => {
      if (told.type === 'speech-started') {
        onsetMs = told.onsetAtMs;
        return [transcript('hmm', told.atMs, true)];
      }
      return told.type === 'final' ? [transcript(told.text, told.lastVoiceAtMs, false)] : [];
    },
  };
}

function speak({ path, body }: Asked): SpeakingSide | undefined {
  const {
    Text: text,
    OutputFormat: format,
    SampleRate: rate,
  } = JSON.parse(body.toString('utf8')) as Record<string, string>;
  if (path !== '/v1/speech' || format !== 'pcm') return undefined;
  return { text: text ?? '', contentType: 'audio/pcm', encode: (pcm) => linearOf(pcm, Number(rate) / 8000) };
}

const parameters = { region: 'eu-west-1' };

export const aws: Maker = {
  name: 'AWS',
  sides: { hear, speak },
  authorization: { kind: 'basic', username: 'AKID', password: 'C4NARY' },
  // What the signature is, is tested beside the code that makes it.
  isProven: ({ query, headers }) => {
    const proof = `${query.get('X-Amz-Algorithm') ?? ''} ${query.get('X-Amz-Credential') ?? ''} ${headers.authorization ?? ''}`;
    const isScoped =
      /AWS4-HMAC-SHA256 +(?:Credential=)?AKID\/\d{8}\/eu-west-1\/(?:transcribe|polly)\/aws4_request/.test(proof);
    return isScoped && !proof.includes('C4NARY');
  },
  recogniser: {
    create: (options, ports) => createAwsSpeechToText({ ...(options as object), parameters }, ports),
    how: 'stream',
    saysListening: false,
    error: [event('BadRequestException', { Message: 'out of order' }, 'exception'), /reports: out of order/],
  },
  voice: {
    create: (options, ports) => createAwsTextToSpeech({ ...(options as object), parameters }, ports),
    how: 'http',
  },
};
