/** Settings of reporting that do nothing by themselves. With a tenant file the other half may stand there. */
import type { Notice, Settings } from './settings.ts';

export function noticeIdleReporting(settings: Settings): readonly Notice[] {
  if (settings.multiTenantConfigFile !== undefined) return [];
  const notices: Notice[] = [];
  const say = (variable: string, why: string): void =>
    void notices.push({ variable, text: `${variable} has no effect: ${why}.` });
  const indexes = {
    REPORTING_CDR_EVENT_INDEX: settings.cdrEventIndex,
    REPORTING_CONVERSATION_EVENT_INDEX: settings.turnEventIndex,
    REPORTING_CONVERSATION_REQUEST_EVENT_INDEX: settings.turnRequestEventIndex,
    REPORTING_TRANSCRIPTION_EVENT_INDEX: settings.transcriptionEventIndex,
  };
  const given = Object.entries(indexes).flatMap(([variable, index]) => (index === undefined ? [] : [variable]));
  const { reportingUrl, reportFile } = settings;
  if (given.length === 0) {
    const why = `no event is switched on by an index such as REPORTING_CDR_EVENT_INDEX`;
    if (reportingUrl !== undefined) say('REPORTING_URL', why);
    if (reportFile !== undefined) say('OUTDIAL_REPORTING_FILE', why);
  }
  if (reportingUrl === undefined && reportFile === undefined) {
    for (const variable of given) say(variable, 'neither REPORTING_URL nor OUTDIAL_REPORTING_FILE is set');
  }
  const databases = {
    CDR: [settings.cdrCloudantUrl, settings.cdrCloudantDatabase, settings.cdrCloudantEventIndex],
    CONVERSATION: [settings.turnCloudantUrl, settings.turnCloudantDatabase, settings.turnCloudantEventIndex],
    TRANSCRIPTION: [
      settings.transcriptionCloudantUrl,
      settings.transcriptionCloudantDatabase,
      settings.transcriptionCloudantEventIndex,
    ],
  };
  for (const [event, [url, database, index]] of Object.entries(databases)) {
    const prefix = `REPORTING_${event}_CLOUDANT`;
    if (url === undefined || (database !== undefined && index !== undefined)) continue;
    say(`${prefix}_URL`, `${prefix}_DB_NAME and ${prefix}_EVENT_INDEX go with it`);
  }
  return notices;
}
