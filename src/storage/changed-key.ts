import { type ChangedKey, type RegistryPlace, registriesAt } from './possible-registries.ts';

/**
 * Reads which repository a changed object may have changed: a tag's current link in V2; in V1 any file of a
 * repository's own folder, of which a push writes the time of a tag and the list of images after the tag itself.
 * Undefined for every other key, of which a push writes two dozen.
 */
export function createChangedKeyReader(place: RegistryPlace): (key: string) => ChangedKey | undefined {
  const registries = registriesAt(place);
  return (key) =>
    registries
      .values()
      .filter(({ repositories }) => key.startsWith(repositories))
      .map(({ changed }) => changed(key))
      .find((changed) => changed !== undefined);
}
