export { createEngine, type Engine } from './engine.ts';
export type { EnginePorts, EngineSettings, StatusNotice } from './ports.ts';
