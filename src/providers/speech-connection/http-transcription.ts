import { err, type Result } from '../../kit/index.ts';
import { askService, type ServiceQuestion } from './post-service.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';
import type { Transcribe, Words } from './utterance-recognition.ts';

/** Of an answer about one utterance. */
const maxAnswerBytes = 1024 * 1024;

export type UtteranceQuestion = Omit<ServiceQuestion, 'maxReplyBytes'>;

/** Asks a service for the words of each utterance. `read` says what is wrong with an answer without naming the service. */
export function transcribeOverHttp(
  ask: (pcm: Int16Array) => UtteranceQuestion,
  read: (body: string) => Result<Words, string>,
  service: ServiceOptions,
  ports: SpeechServicePorts,
): Transcribe {
  return async (pcm, signal) => {
    const question = { ...ask(pcm), maxReplyBytes: maxAnswerBytes };
    const answer = await askService(question, service, ports, signal);
    if (!answer.ok) return answer;
    const words = read(answer.value);
    return words.ok ? words : err(`${service.host} ${words.error}.`);
  };
}
