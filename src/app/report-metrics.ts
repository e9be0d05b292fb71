import type { Metrics } from '../metrics/index.ts';
import type { ReportNews } from '../reporting/index.ts';
import { readSinkName } from './report-routes.ts';

/** Counts what happens to reports, by kind of sink: a series per tenant would have no bounds. */
export function countReports(metrics: Metrics, news: ReportNews): void {
  const { kind: sink } = readSinkName(news.sink);
  switch (news.type) {
    case 'queued':
      metrics.add('outdial_reports_queued_total', { sink }, news.count);
      return;
    case 'sent':
      metrics.add('outdial_reports_sent_total', { sink }, news.count);
      return;
    case 'dropped':
      metrics.add('outdial_reports_dropped_total', { sink, cause: news.cause }, news.count);
      return;
    case 'postponed':
      metrics.add('outdial_reports_postponed_total', { sink }, news.count);
      return;
    default:
      news satisfies never;
  }
}
