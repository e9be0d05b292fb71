// A menu by keys, as a bot in plain JSON (docs/bot.md): a function from a turn to its answer. call.mjs puts it behind HTTP,
// and a unit test may ask it directly (docs/testing.md).
const menu = 'For our opening hours press 1. To tell us your number press 2. To end the call press 0.';

/** `rule` says when the keys are complete: so many of them, or a key that ends them. */
const collect = (say, rule) => ({ say, actions: [{ command: 'vgwActCollectDTMF', parameters: rule }] });
const ask = (words) => collect(`${words} ${menu}`.trim(), { dtmfCount: 1 });
const askNumber = (words) => collect(words, { dtmfTermKey: '#', dtmfMaxCount: 12 });

/** What it knows of the call stands in the context, which the gateway keeps: any number of calls, no state here. */
export function answer({ event, text, context }) {
  if (event === 'end') return {};
  if (context.asked === 'number') {
    if (event !== 'digits') return askNumber('Please enter your number, then the hash key.');
    const say = `Your number is ${text.split('').join(' ')}. Thank you. Goodbye.`;
    return { say, hangup: true, context: { number: text } };
  }
  if (event !== 'digits') return ask('');
  switch (text) {
    case '1':
      return ask('We are open from nine to five.');
    case '2':
      return { ...askNumber('Enter your number, then the hash key.'), context: { asked: 'number' } };
    case '0':
      return { say: 'Goodbye.', hangup: true };
    default:
      return ask('Sorry, there is no such choice.');
  }
}
