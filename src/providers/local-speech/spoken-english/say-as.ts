/** `<say-as interpret-as="...">`: what the bot says of how its text is to be read. */
import { sayInWords } from './say-in-words.ts';
import { figures, numberWords, ordinal, spelled } from './numbers.ts';

const longestElement = 300;

/** Plain words for the text of the element. A kind that is not known leaves it to the rules for any text. */
export function sayAs(kind: string, format: string, text: string): string {
  const trimmed = text.trim();
  // Nobody spells that on the telephone; it is read as any text, piece by piece.
  if (trimmed.length > longestElement) return trimmed;
  switch (kind.toLowerCase().replace(/^vxml:/, '')) {
    case 'digits':
    case 'characters':
    case 'spell-out':
    case 'letters':
    case 'verbatim':
      return spelled(trimmed);
    case 'telephone':
    case 'phone': {
      const spoken = sayInWords(trimmed);
      const isKnown = spoken.includes(',') || !/\d{4}/.test(trimmed);
      return isKnown ? spoken : (trimmed.match(/\d+/g) ?? []).map(figures).join(', ');
    }
    case 'cardinal':
    case 'number':
      return /^[-+]?[\d,]*(?:\.\d+)?$/.test(trimmed) ? numberWords(trimmed) : sayInWords(trimmed);
    case 'ordinal':
      return /^\d{1,15}$/.test(trimmed) ? ordinal(Number(trimmed)) : sayInWords(trimmed);
    case 'date':
      return sayInWords(inIsoOrder(format.toLowerCase(), trimmed));
    default:
      return sayInWords(trimmed);
  }
}

/** "31/12/2025" of the format "dmy" as 2025-12-31. Other formats stay. */
function inIsoOrder(format: string, text: string): string {
  const numbers = text.match(/\d+/g) ?? [];
  if (!/^(?:dmy|mdy|ymd|ydm)$/.test(format) || numbers.length !== 3) return text;
  const part = (letter: string): string => numbers[format.indexOf(letter)] ?? '';
  const year = part('y');
  return `${year.length === 2 ? `20${year}` : year}-${part('m')}-${part('d')}`;
}
