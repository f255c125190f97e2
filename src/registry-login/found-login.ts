import type { Login } from '../http/credential.ts';

/** How to prove who asks a registry, or a search service in front of it. */
export type Proof =
  | { readonly kind: 'password'; readonly login: Login }
  /** What cloud logins leave: it buys tokens at the token server that the registry names. */
  | { readonly kind: 'identityToken'; readonly token: string }
  /** A token as it is, shown as `Bearer`. */
  | { readonly kind: 'token'; readonly token: string };

export interface FoundLogin {
  readonly proof: Proof;
  /** For people, such as `ann of ~/.docker/config.json`. Holds no secret. */
  readonly description: string;
}
