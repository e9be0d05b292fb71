/** What has changed in the context since the request before. */
import type { JsonChange } from '../../json/json-diff.ts';

const signs = { added: '+', removed: '−', changed: '~' } as const;

export function ContextChanges({ changes }: { readonly changes: readonly JsonChange[] }) {
  return (
    <section class="bot-body" aria-label="Context">
      <h4>Context since the request before</h4>
      {changes.length === 0 ? (
        <p class="bot-note">Nothing has changed.</p>
      ) : (
        <ul class="context-changes">
          {changes.map(({ path, kind, before, after }) => (
            <li key={path} class={`is-${kind}`}>
              <span class="context-sign" title={kind}>
                {signs[kind]}
                <span class="unseen">{kind}</span>
              </span>
              <bdi class="context-path">{path === '' ? 'the whole' : path}</bdi>
              <span class="context-values">
                {before === undefined ? null : <del>{shorten(before)}</del>}
                {kind === 'changed' ? ' ' : null}
                {after === undefined ? null : <ins>{shorten(after)}</ins>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const mostCharacters = 200;

function shorten(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
