import type { KubeConfig } from '@kubernetes/client-node';
import { withDeadline } from '../../async/deadline.ts';
import { AnswerUnreadable, readJson } from '../../json/read-json.ts';
import {
  type KubeObject,
  keyOf,
  NAMESPACE,
  type ObjectKey,
  parseObject,
  pathOf,
  type ResourceType,
} from '../resource.ts';
import { hasReason } from '../status-error.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { type KubeList, listPages, type PageQuery } from './list.ts';
import { type ApiRequest, createTransport, nameOf, type RestObserver } from './transport.ts';
import { type WatchOptions, watchObjects } from './watch.ts';
import type { WatchEvent } from './watch-stream.ts';

export interface KubeClientOptions {
  readonly config: KubeConfig;
  readonly userAgent: string;
  readonly metrics?: RestObserver;
  /** Limit of each request with its whole answer; default 30 s. Watches have an idle time instead. */
  readonly timeoutMs?: number;
  /**
   * Whether requests wait while the API server fails. Those that cannot wait, as for a lease, have a client of their
   * own.
   */
  readonly holdsBack?: boolean;
}

export interface ListOptions {
  readonly labelSelector?: string | undefined;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Take over fields that another manager set to something else, instead of a `Conflict`. */
  readonly force?: boolean;
  /** Changes nothing: the server answers with what would come of it. */
  readonly dryRun?: boolean;
}

export interface RemoveOptions {
  /** What happens to dependents; the type's default if left out. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Removes only the object with this uid. Another one of that name is a `Conflict`. */
  readonly uid?: string | undefined;
}

/**
 * The API server's verbs on raw JSON. Every method rejects with a StatusError if the server refuses, and with an Error
 * that names the request if the server does not answer in time. Nothing is retried here.
 */
export interface KubeClient {
  /** Undefined if there is no such object. */
  get(type: ResourceType, key: ObjectKey, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** All objects of a namespace, or of all, read in pages of one consistent snapshot. */
  list(type: ResourceType, namespace: string | undefined, options: ListOptions, signal: AbortSignal): Promise<KubeList>;
  create(type: ResourceType, object: KubeObject, signal: AbortSignal): Promise<KubeObject>;
  /** Server-side apply: creates the object, or sets exactly the fields of `object`. */
  apply(type: ResourceType, object: KubeObject, options: ApplyOptions, signal: AbortSignal): Promise<KubeObject>;
  /** Server-side apply of the status alone; only `status` of `object` counts. */
  applyStatus(type: ResourceType, object: KubeObject, options: ApplyOptions, signal: AbortSignal): Promise<KubeObject>;
  /** JSON merge patch; with `metadata.resourceVersion` in it, a `Conflict` unless the object is still that one. */
  patch(type: ResourceType, key: ObjectKey, mergePatch: object, signal: AbortSignal): Promise<KubeObject>;
  /** No error if there is no such object. */
  remove(type: ResourceType, key: ObjectKey, options: RemoveOptions, signal: AbortSignal): Promise<void>;
  /** Changes after `resourceVersion`. Also throws a StatusError for an ERROR event within the stream. */
  watch(
    type: ResourceType,
    namespace: string | undefined,
    options: WatchOptions,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent>;
  /** Resolves once requests are not held back because the API server fails; mostly at once. Rejects with `signal`. */
  untilAnswering(signal: AbortSignal): Promise<void>;
  /** The uid of namespace kube-system, which by convention identifies the cluster. */
  clusterUid(signal: AbortSignal): Promise<string>;
}

/** Far above the size of one object in etcd. `listPages` asks for shorter pages when a page is longer. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

/**
 * @example
 * const client = createKubeClient({ config: loadKubeConfig(), userAgent: 'my-operator/1.0' });
 * const secret = await client.get(SECRET, { namespace: 'default', name: 'token' }, signal);
 */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const { timeoutMs = 30_000, holdsBack = false } = options;
  const transport = createTransport(options);
  const breaker = holdsBack ? createCircuitBreaker(transport) : undefined;
  const send = breaker?.send ?? transport;

  async function call(request: ApiRequest, signal: AbortSignal): Promise<unknown> {
    return withDeadline(signal, timeoutMs, async (limited) => {
      const body = await send(request, limited);
      return readJson(body, MAX_ANSWER_BYTES).catch((cause: unknown) => {
        const what = cause instanceof AnswerUnreadable ? cause.message : 'the answer broke off';
        throw new Error(`${nameOf(request)}: ${what}`, { cause });
      });
    });
  }

  const write = async (type: ResourceType, request: ApiRequest, signal: AbortSignal) =>
    parseObject(await call(request, signal), type);

  const get: KubeClient['get'] = async (type, key, signal) => {
    const answer = await call({ method: 'GET', path: pathOf(type, key) }, signal).catch(undefinedIfNotFound);
    return answer === undefined ? undefined : parseObject(answer, type);
  };

  return {
    get,
    list: async (type, namespace, { labelSelector }, signal) => {
      const path = pathOf(type, { namespace: namespace ?? '' });
      const readPage = (query: PageQuery) => call({ method: 'GET', path, query: { ...query, labelSelector } }, signal);
      return listPages(type, readPage);
    },
    create: async (type, object, signal) => {
      const path = pathOf(type, { namespace: object.metadata.namespace });
      return write(type, { method: 'POST', path, body: object }, signal);
    },
    apply: async (type, object, options, signal) =>
      write(type, applyRequest(pathOf(type, keyOf(object)), object, options), signal),
    applyStatus: async (type, object, options, signal) =>
      write(type, applyRequest(`${pathOf(type, keyOf(object))}/status`, object, options), signal),
    patch: async (type, key, mergePatch, signal) =>
      write(type, { method: 'PATCH', path: pathOf(type, key), body: mergePatch, contentType: MERGE }, signal),
    remove: async (type, key, { propagation, uid }, signal) => {
      const body = { propagationPolicy: propagation, preconditions: uid === undefined ? undefined : { uid } };
      await call({ method: 'DELETE', path: pathOf(type, key), body }, signal).catch(undefinedIfNotFound);
    },
    watch: (type, namespace, options, signal) => watchObjects({ send, type, namespace, options }, signal),
    untilAnswering: async (signal) => breaker?.untilClosed(signal),
    clusterUid: async (signal) => {
      const uid = (await get(NAMESPACE, { namespace: '', name: 'kube-system' }, signal))?.metadata.uid;
      if (uid === undefined) throw new Error('The cluster has no namespace kube-system to tell it by');
      return uid;
    },
  };
}

function applyRequest(path: string, object: KubeObject, options: ApplyOptions): ApiRequest {
  const { fieldManager, force = false, dryRun = false } = options;
  const query = { fieldManager, force: String(force), dryRun: dryRun ? 'All' : undefined };
  return { method: 'PATCH', path, query, body: object, contentType: APPLY };
}

function undefinedIfNotFound(error: unknown): undefined {
  if (!hasReason(error, 'NotFound')) throw error;
}
