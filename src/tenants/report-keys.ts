/** What a tenant may say about its records and reports, in the `outdial` block of its entry. No request may give it. */
import { inFile, type KeyRule } from './key-rule.ts';

export const reportKeys = {
  personalData: inFile('OUTDIAL_PERSONAL_DATA'),
  transcriptionReports: inFile('OUTDIAL_TRANSCRIPTION_REPORTS'),
  cdrFormat: inFile('OUTDIAL_CDR_FORMAT'),
} as const satisfies Readonly<Record<string, KeyRule>>;
