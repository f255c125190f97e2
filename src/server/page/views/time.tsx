import type { PageContext } from '../page-context.ts';

/** How long ago that was; the time itself on hover. `at` is ISO 8601, in UTC. */
export function Time({ page, at }: { readonly page: PageContext; readonly at: string }) {
  return (
    <time dateTime={at} title={absolute(at)}>
      {page.language.ago(Date.parse(at), page.nowMs)}
    </time>
  );
}

/** `2026-11-28 09:12 UTC` */
export function absolute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
