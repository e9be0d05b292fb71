export { type AppliedConfig, applyTenantConfig } from './apply-tenant-config.ts';
export type { KeyProblem } from './read-keys.ts';
export type { StartCallOrder, WebhookTarget } from './start-call-order.ts';
export { createTenantDirectory, type TenantDirectory } from './tenant-directory.ts';
export { type KeyGroup, type KeyRule, tenantKeys } from './tenant-keys.ts';
export type { Conversation, ConversationApi, Credentials, SipVariables, Tenant, WebhookDefaults } from './tenant.ts';
