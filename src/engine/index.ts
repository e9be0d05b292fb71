export type { ControlCommand } from '../call/index.ts';
export { type AcceptedCall, createEngine, type Engine } from './engine.ts';
export type { Acceptance, EnginePorts, EngineSettings, NewCallOrder, StatusNotice } from './ports.ts';
