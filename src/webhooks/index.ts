export type {
  CallState,
  Notification,
  NotificationResult,
  WebhookLanes,
  WebhookPorts,
  WebhookTarget,
} from './contract.ts';
export { createWebhookLanes, type WebhookLanesOptions } from './webhook-lanes.ts';
