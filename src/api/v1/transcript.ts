/** What was said in a call, made of its events. */
import { z } from 'zod';
import { type Json, printWallTime } from '../../kit/index.ts';
import type { StoredEvent } from '../../store/index.ts';

export const transcriptSchema = z
  .object({
    vgwSessionID: z.string(),
    lines: z.array(
      z.object({
        at: z.iso.datetime(),
        who: z.enum(['callee', 'bot', 'operator']).describe('operator: said by a command of this API.'),
        kind: z.enum(['speech', 'keys', 'message']),
        text: z.string(),
        confidence: z.number().optional(),
      }),
    ),
  })
  .meta({ id: 'Transcript' });

type Line = z.infer<typeof transcriptSchema>['lines'][number];

export function transcriptOf(sessionId: string, events: readonly StoredEvent[]): z.infer<typeof transcriptSchema> {
  return { vgwSessionID: sessionId, lines: events.flatMap(linesOf) };
}

/** Events whose data were deleted or reduced say nothing. */
function linesOf({ type, atWallMs, data }: StoredEvent): readonly Line[] {
  const at = printWallTime(atWallMs);
  switch (type) {
    case 'speech.recognized': {
      const { confidence } = data;
      const [text] = textsOf(data['text']);
      const sure = typeof confidence === 'number' ? { confidence } : {};
      return text === undefined ? [] : [{ at, who: 'callee', kind: 'speech', text, ...sure }];
    }
    case 'dtmf.received':
      return textsOf(data['digit']).map((text) => ({ at, who: 'callee', kind: 'keys', text }));
    case 'turn.answered':
      return textsOf(data['text']).map((text) => ({ at, who: 'bot', kind: 'speech', text }));
    case 'command.taken':
      if (data['command'] === 'receive-message') {
        return textsOf(data['text']).map((text) => ({ at, who: 'callee', kind: 'message', text }));
      }
      return data['command'] === 'say'
        ? textsOf(data['text']).map((text) => ({ at, who: 'operator', kind: 'speech', text }))
        : [];
    default:
      return [];
  }
}

function textsOf(value: Json | undefined): readonly string[] {
  const items: readonly Json[] = Array.isArray(value) ? value : [value ?? ''];
  return items.filter((item) => typeof item === 'string').filter((text) => text !== '');
}
