export { buildCallLogged, type CallLogged } from './call-logged.ts';
export { callFigures, type FiguresOfCall, type WaitName, waitNames } from './call-figures.ts';
export {
  buildCallRecord,
  type CallFacts,
  type CallRecord,
  type EarlySound,
  type EndedBy,
  type RedirectFacts,
  type StepRecord,
  type TurnFacts,
  type TurnLatency,
  type TurnRecord,
  type TurnRequestType,
} from './call-record.ts';
export { customDataIn, mergeCustomData } from './custom-data.ts';
export { type DataKind, dataKinds, type PersonalDataLevel, personalDataLevels, type Treatment } from './data-kinds.ts';
export { reduceText, reduceToLevel } from './personal-data.ts';
export {
  type CdrFormat,
  cdrReports,
  envelopeOf,
  type EnvelopeOrder,
  type Report,
  type ReportedCall,
  type ReportedTurn,
  type ReportedUtterance,
  type ReportType,
  reportTypes,
  transcriptionReport,
  turnRequestReport,
  turnResponseReport,
} from './report.ts';
