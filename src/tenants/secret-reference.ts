/** A secret that stands somewhere else: `${env:NAME}` or `${file:/path}` as the whole value of a secret key. */
export type SecretReference =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string };

/** undefined when the text is no reference; `unknown` when it looks like one and is none that is known. */
export function parseSecretReference(text: string): SecretReference | 'unknown' | undefined {
  const match = /^\$\{([^{}]*)\}$/.exec(text.trim());
  if (match === null) return undefined;
  const inner = match[1] ?? '';
  const name = /^env:([A-Za-z_]\w{0,255})$/.exec(inner)?.[1];
  if (name !== undefined) return { from: 'env', name };
  const path = /^file:(.{1,4096})$/.exec(inner)?.[1];
  return path === undefined ? 'unknown' : { from: 'file', path };
}
