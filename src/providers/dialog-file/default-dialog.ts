import type { Dialog } from './dialog.ts';
import { loadDialog } from './load-dialog.ts';

/** The dialog that answers when no bot is configured; also examples/appointment-reminder/dialog.yaml. */
export const defaultDialogText = `# An appointment reminder. Values in {{...}} come from the "context" of the call request.
start: greet
steps:
  greet:
    say: Hello {{name|there}}, this is {{clinic|your clinic}}. Your appointment is {{day|tomorrow}} at {{time|ten}}. Can you come?
    listen:
      yes, yeah, yep, sure, of course, ok, okay, i'll be there: confirm
      no, nope, not, cannot, can't, won't: move
      who, what, repeat, again, pardon: greet
    max: 2
    retry: Sorry, I did not get that. Can you come to your appointment? Please say yes or no.
    otherwise: bye
  move:
    say: No problem. Shall we call you back to find another day?
    listen:
      yes, yeah, sure, please, ok, okay: callback
      no, nope, not: cancel
    otherwise: callback
  confirm: { say: 'Great, see you then. Goodbye.', set: { outcome: confirmed }, hangup: true }
  callback: { say: We will call you back soon. Goodbye., set: { outcome: callback }, hangup: true }
  cancel: { say: Your appointment is cancelled. Goodbye., set: { outcome: cancelled }, hangup: true }
  bye: { say: Thank you. Goodbye., set: { outcome: unclear }, hangup: true }
`;

export function defaultDialog(): Dialog {
  const loaded = loadDialog(defaultDialogText, 'built-in dialog');
  // Its own tests load it: this cannot happen in a release.
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return loaded.value;
}
