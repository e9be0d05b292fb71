export { type CallOver, createJournal, type Journal, type JournalEvent, type JournalPorts } from './journal.ts';
