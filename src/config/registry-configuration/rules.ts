import type { Note } from './draft.ts';
import { booleanOf, type Setting, type Settings } from './settings.ts';

/** What becomes of settings with such a path: nothing is said of it, or a sentence. The first that fits counts. */
export interface Rule {
  readonly path: RegExp;
  /** Undefined where it is taken over, or says nothing about an index. */
  readonly say?: ((setting: Setting) => string | undefined) | string;
}

/** The notes on all settings, in their order. */
export function notesOf(settings: Settings, rules: readonly Rule[]): Note[] {
  return [...settings].flatMap(([key, setting]) => {
    const say = rules.find(({ path }) => path.test(key))?.say;
    const text = typeof say === 'function' ? say(setting) : say;
    return text === undefined ? [] : [{ setting, text }];
  });
}

/** A sentence where a switch is on. */
export function ifOn(text: string): (setting: Setting) => string | undefined {
  return (setting) => (booleanOf(setting) ? text : undefined);
}

export function ifOff(text: string): (setting: Setting) => string | undefined {
  return (setting) => (booleanOf(setting) === false ? text : undefined);
}

export function ifGiven(text: string): (setting: Setting) => string | undefined {
  return ({ value }) => (value === '' ? undefined : text);
}

/** For switches that decide where data is looked for. */
export function ifNoBoolean(text: string): (setting: Setting) => string | undefined {
  return (setting) => (setting.value === '' || booleanOf(setting) !== undefined ? undefined : text);
}

/** A setting that says something. */
export function textAt(settings: Settings, path: string): Setting | undefined {
  const setting = settings.get(path);
  return setting && setting.value.trim() !== '' ? setting : undefined;
}
