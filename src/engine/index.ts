export { createEngine, type Engine } from './engine.ts';
export type { EnginePorts, EngineSettings, OutgoingTextMessage, StatusNotice } from './ports.ts';
