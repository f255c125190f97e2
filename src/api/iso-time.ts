/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function isoTime(time: Date | number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
