export { configureSpeech } from './configure-speech.ts';
export { requestedSpeechUrls, speechSelectionOf } from './speech-selection.ts';
export { type AppliedConfig, applyTenantConfig } from './apply-tenant-config.ts';
export { botTenants, changeBot } from './bot-tenants.ts';
export type { KeyRule } from './key-rule.ts';
export { listTenantKeys, type TenantKey } from './list-tenant-keys.ts';
export { type CallTarget, matchTenant } from './match-tenant.ts';
export type { SecretReference } from './secret-reference.ts';
export type { StartCallOrder, WebhookTarget } from './start-call-order.ts';
export { createTenantDirectory, type DirectoryOptions, type TenantDirectory } from './tenant-directory.ts';
export {
  type FileChecks,
  type FileProblem,
  readTenantFile,
  type TenantEntry,
  type TenantFault,
} from './tenant-file.ts';
export { tenantKeys } from './tenant-keys.ts';
export { createTenantRoster, type TenantRoster } from './tenant-roster.ts';
export { tenantFileSchema } from './tenant-schema.ts';
export type { TenantSettings } from './tenant-settings.ts';
export type {
  Conversation,
  ConversationApi,
  Credentials,
  RealmCredentials,
  SipVariables,
  Tenant,
  WebhookDefaults,
} from './tenant.ts';
export { trunkCredentials } from './tenant.ts';
export type { ModelConversation } from './model-conversation.ts';
export type { BotAddress } from './bot-address.ts';
