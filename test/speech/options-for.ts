/** Options as a tenant's settings become them. */
export function optionsFor(url: string, more: object = {}): object {
  return { url, trust: 'operator', authorization: { kind: 'none' }, parameters: {}, ...more };
}
