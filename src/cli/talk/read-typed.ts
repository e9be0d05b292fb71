/** One typed line. */
export type Typed =
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'keys'; readonly keys: string }
  | { readonly type: 'silence' | 'context' | 'hang-up' | 'help' | 'nothing' }
  | { readonly type: 'unclear'; readonly reason: string };

export function readTyped(line: string): Typed {
  const text = line.trim();
  if (text === '') return { type: 'nothing' };
  if (!text.startsWith('/')) return { type: 'words', text };
  const [command = '', ...rest] = text.split(/\s+/);
  switch (command) {
    case '/keys': {
      const keys = rest.join('').toUpperCase();
      return /^[0-9*#A-D]+$/.test(keys)
        ? { type: 'keys', keys }
        : { type: 'unclear', reason: 'Keys are 0 to 9, *, # and A to D, such as /keys 12#.' };
    }
    case '/silence':
      return { type: 'silence' };
    case '/context':
      return { type: 'context' };
    case '/hangup':
      return { type: 'hang-up' };
    case '/help':
      return { type: 'help' };
    default:
      return { type: 'unclear', reason: `There is no ${command}. /help tells what there is.` };
  }
}
