export { defaultDialog } from './default-dialog.ts';
export type { Dialog } from './dialog.ts';
export { createDialogService } from './dialog-service.ts';
export { loadDialog } from './load-dialog.ts';
