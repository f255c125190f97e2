import type { Hint, Relaxation } from '../../../search/query/hint.ts';
import type { AskedFilter, Mistake } from '../../../search/query/mistake.ts';
import type { Words } from './en.ts';

export const de: Words = {
  code: 'de',
  skip: 'Zum Inhalt',
  search: 'Repositorys suchen',
  searchField: (repositories) => `${repositories} Repositorys durchsuchen`,
  suggestions: 'Namen, die so beginnen',
  logIn: 'Anmelden',
  loggedInAs: (user) => `Angemeldet als ${user}`,
  api: 'API',
  theme: { label: 'Farben', auto: 'wie das System', light: 'hell', dark: 'dunkel' },
  keys: 'Tasten: / suchen, ↑ ↓ bewegen, Enter öffnen, Esc zurück, c kopieren',

  repositories: (count, shown) => (count === 1 ? '1 Repository' : `${shown} Repositorys`),
  tagsOf: (count, shown) => (count === 1 ? '1 Tag' : `${shown} Tags`),
  newest: 'Zuletzt gepusht',
  tryThese: 'Zum Beispiel',
  sort: 'Sortieren',
  sorts: { relevance: 'beste Treffer', '-pushed': 'älteste', pushed: 'neueste', name: 'Name', version: 'Version' },
  incomplete: 'Der Index wird gerade gefüllt: es können noch Repositorys hinzukommen.',
  nothing: 'Nichts gefunden',
  emptyRegistry: 'Hier ist noch nichts',
  next: 'Nächste Seite',
  first: 'Erste Seite',
  pages: 'Seiten',

  filters: 'Filter',
  narrow: 'Eingrenzen',
  removeFilter: 'diesen Filter entfernen',
  facets: {
    type: 'Art',
    os: 'System',
    arch: 'Architektur',
    namespace: 'Namensraum',
    label: 'Label',
    pushed: 'Gepusht',
    mark: 'Nachweise',
  },
  within: (age) => `vor weniger als ${inDative(age)}`,
  more: (shown) => `${shown} weitere`,
  types: { image: 'Images', helm: 'Helm-Charts', artifact: 'Andere Artefakte' },
  kinds: { helm: 'Helm-Chart' },
  marks: { signed: 'signiert', sbom: 'SBOM', attested: 'attestiert' },
  deprecated: 'veraltet',
  private: 'privat',
  pushed: 'Gepusht',
  path: 'Pfad',

  client: 'Programm',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyDigest: 'Digest kopieren',
  byDigest: 'per Digest',
  byTag: 'per Tag',
  ownAddress: 'Die Adresse der Registry ist nicht gesetzt (registry.url): die Befehle nennen die Adresse dieser Seite.',
  tags: 'Tags',
  tag: 'Tag',
  size: 'Größe',
  created: 'Erstellt',
  platforms: 'Plattformen',
  digest: 'Digest',
  filterTags: 'Tags filtern, etwa 1.2*',
  filter: 'Filtern',
  noTags: (filter) => `Kein Tag passt zu „${filter}“.`,
  allTags: 'Alle Tags zeigen',
  unread: 'noch nicht gelesen',
  about: 'Über dieses Repository',
  version: 'Version',
  source: 'Quelltext',
  home: 'Homepage',
  documentation: 'Dokumentation',
  license: 'Lizenz',
  vendor: 'Hersteller',
  baseImage: 'Basis-Image',
  usedBy: 'Baut darauf auf',
  andMore: (shown) => `und ${shown} weitere`,
  labels: 'Labels und Annotationen',
  readme: 'Liesmich',
  appVersion: 'App-Version',
  keywords: 'Stichwörter',
  kubeVersion: 'Kubernetes',
  dependencies: 'Benötigt',
  authors: 'Betreut von',
  icon: 'Symbol',

  mistake: 'Diese Suche ist nicht lesbar',
  errors: {
    401: { title: 'Bitte anmelden', text: 'Mit dem Namen und dem Passwort, die an der Registry gelten.' },
    404: { title: 'Hier ist nichts', text: 'Vielleicht wurde es gelöscht, oder es ist für Sie nicht sichtbar.' },
    503: { title: 'Gerade nicht', text: 'Bitte gleich noch einmal versuchen.' },
    other: { title: 'Das hat nicht geklappt', text: 'Der Index der Registry sagt:' },
  },
  toSearch: 'Zurück zur Suche',
  hint: printHint,
  mistakeOf: printMistake,
};

/** `7 Tage` becomes `7 Tagen`. */
function inDative(age: string): string {
  return age.replace(/(?<=Tage|Monate|Jahre)$/, 'n');
}

function printHint(hint: Hint): string {
  switch (hint.kind) {
    case 'relaxed':
      return printRelaxation(hint.how);
    case 'mentioned':
      return `${hint.total} weitere nennen ${quoted(hint.typed)} in einem Text oder Label; in Anführungszeichen wird es als Text gesucht`;
    case 'nothingVisible':
      return 'es gibt kein Repository, das Sie sehen dürfen: die Registry ist leer, oder Sie müssen sich anmelden';
    case 'unmatched':
      return `kein Repository hat ${hint.filter}${hint.known.length === 0 ? '; lassen Sie es weg' : `; es gibt: ${hint.known.join(', ')}`}`;
    case 'noRepository':
      return `es gibt kein Repository ${hint.name}; versuchen Sie das Ende oder einen Teil des Namens`;
    case 'unknownWords':
      return `kein Name, Titel, Text oder Label enthält ${hint.words.map(quoted).join(' oder ')}; prüfen Sie die Schreibweise, oder suchen Sie einen Teil des Wortes`;
    case 'noFilter':
      return `${quoted(hint.word)} wurde als Text gesucht; Filter sind ${hint.filters.map((name) => `${name}:`).join(' ')}`;
    case 'allBut':
      return `nichts hat auch ${hint.condition}; ohne es gibt es ${de.repositories(hint.total, String(hint.total))}`;
    case 'noneHasAll':
      return `kein Repository hat ${hint.conditions.join(' und ')} zusammen; lassen Sie etwas weg`;
  }
}

function printRelaxation(how: Relaxation): string {
  switch (how.kind) {
    case 'reference':
      return `${quoted(how.typed)} wurde als das Repository ${how.name} gelesen`;
    case 'tag':
      return `${how.name} hat kein Tag ${how.tag}; gezeigt mit den Tags, die es hat`;
    case 'digest':
      return `${how.name} hat kein Tag mit dem Digest ${how.digest}; gezeigt mit den Tags, die es hat`;
    case 'digestText':
      return `kein Tag hat den Digest ${how.digest}; diese nennen ihn in einem Text oder Label`;
    case 'label':
      return `${quoted(how.typed)} wurde als ${how.meant} gelesen`;
    case 'variant':
      return `${quoted(how.typed)} wurde als Teil eines Tags gelesen, wie in tag:*-${how.typed}`;
    case 'separators':
    case 'marks':
    case 'inflection':
    case 'abbreviation':
    case 'typo':
      return `nichts enthält ${quoted(how.typed)}; dies ist für ${quoted(how.meant)}`;
    case 'word':
      return `nichts hat ${quoted(how.typed)} zusammen mit den anderen Wörtern; dies ist ohne es`;
  }
}

function quoted(text: string): string {
  return `„${text}“`;
}

function printMistake(mistake: Mistake): string {
  switch (mistake.kind) {
    case 'tooLong':
      return `die Suche ist zu lang; sie darf ${mistake.mostCharacters} Zeichen haben`;
    case 'tooMuch':
      return `die Suche verlangt zu viel; sie darf ${mistake.mostConditions} Wörter und Filter haben`;
    case 'nothingQuoted':
      return 'zwischen den Anführungszeichen steht nichts';
    case 'openQuote':
      return 'das Anführungszeichen wird nicht geschlossen';
    case 'spaceMissing':
      return 'nach dem Anführungszeichen fehlt ein Leerzeichen';
    case 'unknownFilter':
      return `den Filter \`${mistake.typed}:\` gibt es nicht; meinen Sie \`${mistake.meant}:\`?`;
    case 'noValue':
      return `\`${mistake.filter.typed}:\` hat keinen Wert; es nimmt ${wantedBy(mistake.filter)}`;
    case 'wrongValue':
      return `\`${mistake.filter.typed}:\` kann nicht \`${mistake.value}\` sein; es nimmt ${wantedBy(mistake.filter)}`;
    case 'secondTag':
      return 'ein zweites `tag:`; alles über Tags gilt für ein und dasselbe Tag; `tag:v1,v2` sucht eines von beiden';
  }
}

const JA_NEIN = '`yes` oder `no`';
const WANTED: Readonly<Record<string, string>> = {
  tag: 'ein Tag, etwa `v2`, oder `v2*` für alle, die so beginnen',
  arch: 'eine Architektur, etwa `arm64`, `arm/v7` oder `linux/arm64`',
  os: 'ein Betriebssystem, etwa `linux`',
  platform: 'eine Plattform, etwa `arm64`, `arm/v7` oder `linux/arm64`',
  pushed: 'ein Alter oder ein Datum: `>30d`, `<12h`, `>2026-01-01`, `<2026-01-01`',
  label: 'ein Label, etwa `gpu`, `team=core` oder `team=pay*`',
  type: '`image`, `helm`, `artifact`, oder einen Medientyp oder ein Wort daraus',
  ns: 'einen Namensraum, etwa `team-a`',
  name: 'einen Namen oder sein Ende, etwa `base/nginx`',
  signed: JA_NEIN,
  sbom: JA_NEIN,
  attested: JA_NEIN,
  digest: 'einen Digest, oder die ersten 8 oder mehr seiner Ziffern',
};

function wantedBy({ name, wants }: AskedFilter): string {
  return WANTED[name] ?? wants;
}
