/** A text to copy. */
import { CopyButton } from './copy-button.tsx';

export function CodeBlock({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure class="code-block">
      <figcaption>
        {title} <CopyButton text={() => text} what={title} />
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}
