import { storeConformance } from '../../../test/store/conformance/store-conformance.ts';
import { createMemoryStore } from './memory-store.ts';

storeConformance('memory', async () => createMemoryStore(), 20);
