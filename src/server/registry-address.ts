/** A registry as commands name it, by the URL that people pull from: its host, and the path where it has one. */
export function registryAddress(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, '')}`;
}
