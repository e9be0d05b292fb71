/** Small things that the browser keeps from one visit to the next. Where it keeps nothing, they last as long as the page. */

const prefix = 'outdial.';

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

export function remember(key: string, text: string): void {
  try {
    localStorage.setItem(prefix + key, text);
  } catch {
    // The browser keeps nothing; nothing depends on it.
  }
}
