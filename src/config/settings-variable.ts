import type { AccessSettings } from '../api/access-settings.ts';
import { type IndexLocation, SETTINGS_VARIABLE, type Source } from '../api/settings.ts';
import type { Variables } from '../aws/credentials.ts';
import { isRecord } from '../json/is-record.ts';
import { ConfigError } from './config-error.ts';

/** What the operator tells a process of its pods. Search gets no source, because it reads none. */
export interface ProcessSettings {
  readonly index: IndexLocation;
  readonly source: Source | undefined;
  readonly writeUnits: number | undefined;
  /** Who may search, for a search pod; everybody may when left out. */
  readonly access: AccessSettings | undefined;
}

/** The settings from the operator; undefined if it did not start this process. */
export function settingsFromOperator(env: Variables): ProcessSettings | undefined {
  const text = env[SETTINGS_VARIABLE];
  if (!text) return undefined;
  const value: unknown = parse(text);
  if (!hasIndex(value)) throw new ConfigError(`${SETTINGS_VARIABLE} names no tables`);
  return { index: value.index, source: value.source, writeUnits: value.writeUnits, access: value.access };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${SETTINGS_VARIABLE} is not JSON`, error);
  }
}

/** The same image writes and reads the variable, so this only detects another program's variable of that name. */
function hasIndex(value: unknown): value is ProcessSettings {
  return isRecord(value) && isRecord(value.index) && 'repositoryTable' in value.index && 'versionTable' in value.index;
}
