/** What a filter's text asks for. `problems` names what cannot be understood, in words for people. */
export interface Filter {
  terms: Term[];
  text: string;
  problems: string[];
}

export interface Term {
  key: FilterKey;
  value: string;
}

type FilterKey = 'namespace' | 'kind' | 'class' | 'severity';

const KEYS: Record<string, FilterKey> = {
  ns: 'namespace',
  namespace: 'namespace',
  kind: 'kind',
  class: 'class',
  sev: 'severity',
  severity: 'severity',
};

const SHORT: Record<FilterKey, string> = {
  namespace: 'ns',
  kind: 'kind',
  class: 'class',
  severity: 'sev',
};

const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/**
 * Reads `ns:shop class:OOMKilled checkout`: pairs of key and value, several values by commas; the rest
 * is free text.
 */
export function parseFilter(source: string): Filter {
  const filter: Filter = { terms: [], text: '', problems: [] };
  const words: string[] = [];
  for (const word of source.split(/\s+/).filter(Boolean)) {
    const pair = /^([a-z]+):(.*)$/i.exec(word);
    if (!pair) words.push(word);
    else readPair(filter, (pair[1] ?? '').toLowerCase(), pair[2] ?? '');
  }
  filter.text = words.join(' ');
  return filter;
}

function readPair(filter: Filter, word: string, values: string): void {
  const key = KEYS[word];
  if (word === 'status') {
    filter.problems.push('The status is chosen with the tabs above.');
  } else if (!key) {
    filter.problems.push(`There is no filter "${word}". Use ns, kind, class or sev.`);
  } else if (!values.replaceAll(',', '')) {
    filter.problems.push(`"${word}:" needs a value.`);
  } else {
    for (const value of values.split(',').filter(Boolean)) {
      if (key === 'severity' && !SEVERITIES.includes(value.toLowerCase())) {
        filter.problems.push(`There is no severity "${value}". Use ${SEVERITIES.join(', ')}.`);
      } else {
        filter.terms.push({ key, value: key === 'severity' ? value.toLowerCase() : value });
      }
    }
  }
}

/** The text of a filter, so that reading it again gives the same terms. */
export function writeFilter(terms: readonly Term[], text: string): string {
  return [...terms.map(writeTerm), text].filter(Boolean).join(' ');
}

export function writeTerm(term: Term): string {
  return `${SHORT[term.key]}:${term.value}`;
}

/** The values that a filter asks for under one key. */
export function valuesOf(filter: Filter, key: FilterKey): string[] {
  return filter.terms.filter((term) => term.key === key).map((term) => term.value);
}
