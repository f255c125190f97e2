import { createLogger } from '../../src/telemetry/log.ts';

export const silentLog = createLogger({ level: 'silent' });
