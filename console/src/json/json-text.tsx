/** A body that should be JSON: as a tree with a button that copies it, or as the text it is. */
import { CopyButton } from '../parts/copy-button.tsx';
import { JsonTree } from './json-tree.tsx';

interface JsonTextProps {
  readonly text: string;
  /** For the name of the button. */
  readonly what: string;
  readonly openLevels?: number;
}

export function JsonText({ text, what, openLevels = 1 }: JsonTextProps) {
  const value = parse(text);
  return (
    <div class="json-text">
      {value === undefined ? <pre class="json-raw">{text}</pre> : <JsonTree value={value} openLevels={openLevels} />}
      <CopyButton what={what} text={() => (value === undefined ? text : JSON.stringify(value, undefined, 2))} />
    </div>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
