export type { DeliveryResult, PostFailure, PostOrder, PostReply } from './contract.ts';
export { createOutbox, type Outbox, type OutboxOptions, type OutboxPorts } from './outbox.ts';
export { notificationHeaders, signingKeys } from './signature.ts';
export { bodyOf, printTarget, readTarget, type WebhookTarget } from './webhook-target.ts';
