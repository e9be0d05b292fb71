/** A name as one segment of a path, whatever it holds; a name of dots, which would lead elsewhere, becomes `-`. */
export function pathSegment(name: string): string {
  return /^\.{1,2}$/.test(name) ? '-' : encodeURIComponent(name);
}
