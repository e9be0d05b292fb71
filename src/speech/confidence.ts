/** Whether the words of an utterance count. The one place where the confidence threshold is applied. */
export function isBelieved(
  final: { readonly text: string; readonly confidence: number },
  confidenceThreshold: number,
): boolean {
  return final.text.trim() === '' || final.confidence >= confidenceThreshold;
}
