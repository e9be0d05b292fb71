export {
  type ArtifactDeletion,
  createArtifactDeletion,
  type DeletedArtifacts,
  type DeletionFailure,
} from './artifact-deletion.ts';
export { createCollectorSink } from './collector-sink.ts';
export type { QueuedReport, QueueFailure, ReportNews, ReportQueue, ReportSink, Verdict } from './contract.ts';
export { createCouchSink } from './couch-sink.ts';
export { createMemoryReportQueue } from './memory-queue.ts';
export { createReportLanes, type ReportLanes } from './report-lanes.ts';
export { createStoreReportQueue } from './store-queue.ts';
export { createReportIds, queueReports, type ReportRoute } from './queue-reports.ts';
