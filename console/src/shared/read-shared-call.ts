/** The data of a call as they stand in a shared file. The gateway wrote them (src/api/v1/call-page.ts). */
import type { CallData } from '../call/call-data.ts';

export function readSharedCall(json: string, recordingBase64: string): CallData {
  const data: CallData = JSON.parse(json);
  const recording = recordingBase64.trim();
  return recording === '' ? data : { ...data, recording: decodeBase64(recording) };
}

function decodeBase64(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes.buffer;
}
