import type { ComponentChildren } from 'preact';
import type { Repository } from '../../api/shapes.ts';
import { repositoryUrl, searchUrl, webAddress } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { Foreign, oneLine } from './foreign.tsx';
import { Time } from './time.tsx';

interface AboutProps {
  readonly page: PageContext;
  readonly repository: Repository;
}

const PREFIX = 'org.opencontainers.image.';
/** Labels that have a line of their own, in this order; those of Helm are what Chart.yaml says. */
const LINES = [
  [`${PREFIX}version`, 'version'],
  ['helm.sh/appVersion', 'appVersion'],
  ['helm.sh/kubeVersion', 'kubeVersion'],
  ['helm.sh/dependencies', 'dependencies'],
  ['helm.sh/keywords', 'keywords'],
  [`${PREFIX}source`, 'source'],
  [`${PREFIX}url`, 'home'],
  [`${PREFIX}documentation`, 'documentation'],
  [`${PREFIX}licenses`, 'license'],
  [`${PREFIX}vendor`, 'vendor'],
  [`${PREFIX}authors`, 'authors'],
  ['helm.sh/icon', 'icon'],
] as const;
/** Shown elsewhere on the page. */
const ELSEWHERE = [
  ...['title', 'description', 'created', 'base.name', 'base.digest'].map((key) => PREFIX + key),
  'helm.sh/deprecated',
];
const SHOWN = 8;

/** What the newest image says of itself. */
export function About({ page, repository }: AboutProps) {
  const { words, number } = page.language;
  const { labels, base, dependents } = repository;
  const lines = LINES.filter(([key]) => labels[key] !== undefined);
  return (
    <section>
      <h2>{words.about}</h2>
      <dl>
        {lines.map(([key, word]) => (
          <Line key={key} name={words[word]}>
            <Value text={labels[key] ?? ''} />
          </Line>
        ))}
        <Line name={words.pushed}>
          <Time page={page} at={repository.pushed} />
        </Line>
        {base && (
          <Line name={words.baseImage}>
            <BaseImage {...base} />
          </Line>
        )}
        {dependents.total > 0 && (
          <Line name={words.usedBy}>
            <ul>
              {dependents.names.slice(0, SHOWN).map((name) => (
                <li key={name}>
                  <a href={repositoryUrl(name)}>{name}</a>
                </li>
              ))}
              {dependents.total > SHOWN && <li>{words.andMore(number(dependents.total - SHOWN))}</li>}
            </ul>
          </Line>
        )}
      </dl>
      <Labels page={page} labels={labels} />
    </section>
  );
}

function Labels({ page, labels }: { readonly page: PageContext; readonly labels: Repository['labels'] }) {
  const { words, number } = page.language;
  const own = new Set([...LINES.map(([key]) => key), ...ELSEWHERE, ...README_KEYS]);
  const others = Object.entries(labels).filter(([key]) => !own.has(key));
  if (others.length === 0) return null;
  const rows = others.map(([key, value]) => (
    <Line key={key} name={<a href={searchUrl({ q: labelQuery(key, value) })}>{oneLine(key)}</a>}>
      <Value text={value} />
    </Line>
  ));
  return (
    <>
      <h2>{words.labels}</h2>
      <dl>{rows.slice(0, SHOWN)}</dl>
      {rows.length > SHOWN && (
        <details>
          <summary>{words.more(number(rows.length - SHOWN))}</summary>
          <dl>{rows.slice(SHOWN)}</dl>
        </details>
      )}
    </>
  );
}

/** Annotations under which artefacts carry the text that the page shows below. */
export const README_KEYS = ['io.artifacthub.package.readme', `${PREFIX}readme`, 'readme'];

const LONGEST_VALUE = 64;

/** Everything with that label and value; with the key alone where the value is long or has quotes. */
function labelQuery(key: string, value: string): string {
  if (/["\\]/.test(key + value) || /\s/.test(key) || value.length > LONGEST_VALUE) return `label:${key}`;
  return /[\s,*]/.test(value) ? `label:${key}="${value}"` : `label:${key}=${value}`;
}

/** Where it is here; a name may mean several repositories, as where a mirror holds it as well. */
function BaseImage({ reference, names }: NonNullable<Repository['base']>) {
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return <a href={repositoryUrl(name)}>{oneLine(reference)}</a>;
  return (
    <>
      <Foreign text={reference} />
      <ul>
        {names.map((each) => (
          <li key={each}>
            <a href={repositoryUrl(each)}>{each}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

interface LineProps {
  readonly name: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Line({ name, children }: LineProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** A value that somebody has pushed: a link where it is an address of the web and of nothing else. */
export function Value({ text }: { readonly text: string }) {
  const address = webAddress(text);
  if (address === undefined) return <Foreign text={text} />;
  return (
    <a href={address} rel="noreferrer noopener nofollow">
      {oneLine(text).replace(/^https?:\/\//i, '')}
    </a>
  );
}
