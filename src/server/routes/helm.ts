import type { FastifyInstance } from 'fastify';
import type { ChartRepository } from '../../search/api.ts';
import { SLICE_MS } from '../../search/engine/cost-model.ts';
import { createScheduler, type Scheduler } from '../../search/engine/structures/scheduler.ts';
import type { Computed } from '../answers/answer-cache.ts';
import { type AnswerDeps, answerJson, type SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { ApiError } from '../errors/api-error.ts';
import { writeIndexFile } from '../helm/index-file.ts';
import { registryAddress } from '../registry-address.ts';
import { parametersOf } from './parameters.ts';

export interface HelmDeps extends AnswerDeps {
  /** Where people pull from, such as `https://registry.example.com`; undefined where nobody has said. */
  readonly registryUrl: string | undefined;
}

/** Of more, Helm takes minutes to read them; a file of so many has about 10 MB. */
const MAX_VERSIONS = 20_000;
/** Files that wait to be written. */
const MAX_WAITING = 16;

/**
 * `GET /helm/index.yaml` and `GET /helm/<namespace>/index.yaml`, each with `?versions=latest`: charts as a Helm
 * repository, of which each is pulled from the registry.
 */
export function addHelm(app: FastifyInstance, deps: HelmDeps): void {
  const schedule = createScheduler(SLICE_MS, MAX_WAITING);
  app.get<{ Params: { '*': string } }>('/helm/*', (request, reply) => {
    const namespace = namespaceOf(request.params['*']);
    const exchange = { request, reply };
    const body = answerJson(deps, exchange, (seen, signal) => {
      const latestOnly = parseVersions(request.url);
      const pullFrom = pullAddressOf(deps.registryUrl);
      return indexFile({ namespace, latestOnly, pullFrom, schedule }, seen, signal);
    });
    return mapAnswer(body, (ready) => {
      reply.type('application/yaml; charset=utf-8');
      return deps.sendWithEtag(exchange, ready);
    });
  });
}

const FILE = /^(?:(?<namespace>[^/]+(?:\/[^/]+)*)\/)?index\.yaml$/;

/** Undefined where the file is that of all charts. */
function namespaceOf(path: string): string | undefined {
  const found = FILE.exec(path);
  if (!found) throw new ApiError('NOT_FOUND');
  return found.groups?.namespace;
}

function parseVersions(url: string): boolean {
  const versions = parametersOf(url).get('versions');
  if (versions !== undefined && versions !== 'latest') throw new ApiError('VERSIONS_INVALID');
  return versions === 'latest';
}

/** The registry as Helm writes it, without a scheme of HTTP. Never taken from a request, whose sender may lie. */
function pullAddressOf(registryUrl: string | undefined): string {
  if (registryUrl === undefined) throw new ApiError('REGISTRY_URL_UNKNOWN');
  return `oci://${registryAddress(registryUrl)}`;
}

interface AskedFile {
  readonly namespace: string | undefined;
  readonly latestOnly: boolean;
  readonly pullFrom: string;
  readonly schedule: Scheduler;
}

async function indexFile(asked: AskedFile, { engine, visibility }: SeenIndex, signal: AbortSignal): Promise<Computed> {
  const { namespace, schedule } = asked;
  const repositories = await engine.charts({ namespace, visibility }, signal);
  if (countVersions(repositories, asked) > MAX_VERSIONS) throw new ApiError('HELM_INDEX_TOO_LARGE');
  return { body: await schedule(writeIndexFile(repositories, asked), signal) };
}

function countVersions(repositories: readonly ChartRepository[], { latestOnly }: AskedFile): number {
  if (latestOnly) return repositories.length;
  return repositories.reduce((sum, { tags }) => sum + tags.length, 0);
}
