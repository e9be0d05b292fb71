/** The page of a call in a file by itself: the data stand in the file, and nothing is fetched. */
import '../style/tokens.css';
import '../style/base.css';
import './shared.css';
import { render } from 'preact';
import { CallView } from '../call/call-view.tsx';
import { readSharedCall } from './read-shared-call.ts';

const textOf = (id: string): string => document.querySelector(`#${id}`)?.textContent ?? '';

function Note({ leftOutBytes }: { readonly leftOutBytes: number | undefined }) {
  return (
    <p class="shared-note">
      A file of outdial: everything it shows is inside it, and it asks nothing of any network.
      {leftOutBytes === undefined ? '' : ` The recording is not: it has ${Math.round(leftOutBytes / 1e6)} MB.`}
    </p>
  );
}

const place = document.querySelector('#console');
if (place !== null) {
  const data = readSharedCall(textOf('call-data'), textOf('call-recording'));
  document.title = `Call to ${data.call.to}`;
  render(
    <main id="page">
      <CallView data={data} />
      <Note leftOutBytes={data.recordingLeftOutBytes} />
    </main>,
    place,
  );
}
