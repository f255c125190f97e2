import stringWidth from 'string-width';
import { ConfigError } from '../config/config-error.ts';
import { isRecord } from '../json/is-record.ts';
import type { FoundLogin } from '../registry-login/found-login.ts';
import { printable } from '../telemetry/untrusted-text.ts';
import { ClientFailure } from './failure.ts';
import { addressOf } from './service-url.ts';

const MAX_TEXT_LENGTH = 1_000;

/** What a service says that does not answer with what it was asked for. */
export type Refusal =
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'mistake'; readonly message: string; readonly position: number | undefined }
  | { readonly kind: 'login' | 'later' | 'other'; readonly status: number; readonly message: string | undefined };

/** Codes of the registry's errors for what is not there. */
const MISSING = new Set(['NAME_UNKNOWN', 'MANIFEST_UNKNOWN']);

export function refusalIn({ status, json }: { readonly status: number; readonly json: unknown }): Refusal {
  const { code, message, position } = firstError(json);
  if (message === undefined) return { kind: status === 401 || status === 403 ? 'login' : 'other', status, message };
  if (status === 404 && MISSING.has(code)) return { kind: 'missing', message };
  if (status === 400) return { kind: 'mistake', message, position };
  if (status === 401 || status === 403 || status === 429) return { kind: 'login', status, message };
  return { kind: status === 503 ? 'later' : 'other', status, message };
}

/** The first error in the registry's shape; its message is safe for a terminal. */
function firstError(json: unknown) {
  const [first]: unknown[] = isRecord(json) && Array.isArray(json.errors) ? json.errors : [];
  if (!isRecord(first) || typeof first.message !== 'string') return { code: '', message: undefined };
  const position = isRecord(first.detail) ? first.detail.position : undefined;
  return {
    code: typeof first.code === 'string' ? first.code : '',
    message: printable(first.message, MAX_TEXT_LENGTH),
    position: typeof position === 'number' && Number.isSafeInteger(position) && position >= 0 ? position : undefined,
  };
}

export interface Refused {
  readonly service: URL;
  readonly login: FoundLogin | undefined;
  readonly wasSent: boolean;
  /** The query. */
  readonly text: string;
}

export function explainRefusal(refusal: Exclude<Refusal, { kind: 'missing' }>, refused: Refused): Error {
  const address = addressOf(refused.service);
  const { message } = refusal;
  if (refusal.kind === 'mistake') return new ConfigError(pointAt(refused.text, refusal.message, refusal.position));
  if (refusal.kind === 'login')
    return new ClientFailure(
      'notAllowed',
      `${address} ${message === undefined ? 'wants a login' : `says: ${message}`}\n${howToLogIn(refused)}`,
    );
  return new ClientFailure('unreachable', `${address} answered ${refusal.status}: ${message ?? FOREIGN}`);
}

const FOREIGN = 'that is no answer of a search service; --url says where one is';

function howToLogIn({ service, login, wasSent }: Refused): string {
  const command = `docker login ${service.host}`;
  if (login === undefined) return `no login was found: use ${command}, or --username with --password-stdin`;
  if (wasSent) return `the login was ${login.description}: to use another, ${command}`;
  return `the login, ${login.description}, is only sent over https: write https:// in front of the host`;
}

/** Another program may answer with a position beyond the end of the query. */
function pointAt(text: string, message: string, position: number | undefined): string {
  if (position === undefined) return message;
  const before = printable(`${text.slice(0, position)}|`, MAX_TEXT_LENGTH).slice(0, -1);
  return `${message}\n\n  ${printable(text, MAX_TEXT_LENGTH)}\n  ${' '.repeat(stringWidth(before))}^`;
}
