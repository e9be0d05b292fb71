/** Files and texts that leave the page by the hand of who reads it. */

export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it when the click is over, but Safari looks once more.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** Says whether it is on the clipboard now. Pages of files and of sandboxes have no `navigator.clipboard` that works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('aria-hidden', 'true');
  field.className = 'copy-field';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  // Deprecated, and the only way there is without the permission.
  const isCopied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}
