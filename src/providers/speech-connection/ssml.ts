/** SSML (W3C) around texts, for services that want it. */

/** A text that is a whole document of SSML is handed on as it is; everything else is words. */
export function isSsml(text: string): boolean {
  return /^\s*<speak[\s>]/.test(text);
}

/** As words in SSML, or as the value of an attribute. What XML 1.0 cannot hold is left out. */
export function escapeXml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
  );
}
