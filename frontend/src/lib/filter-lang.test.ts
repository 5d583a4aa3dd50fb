import { expect, test } from 'vitest';
import { parseFilter, valuesOf, writeFilter } from './filter-lang';

test.each([
  ['', [], ''],
  ['checkout', [], 'checkout'],
  ['ns:shop', [['namespace', 'shop']], ''],
  [
    'namespace:shop kind:Job',
    [
      ['namespace', 'shop'],
      ['kind', 'Job'],
    ],
    '',
  ],
  [
    '  ns:a,b   slow  start ',
    [
      ['namespace', 'a'],
      ['namespace', 'b'],
    ],
    'slow start',
  ],
  ['class:OOMKilled web', [['class', 'OOMKilled']], 'web'],
  [
    'SEV:Critical,high',
    [
      ['severity', 'critical'],
      ['severity', 'high'],
    ],
    '',
  ],
  ['10.0.0.1:8080', [], '10.0.0.1:8080'],
])('"%s" is understood', (source, terms, text) => {
  const filter = parseFilter(source);
  expect(filter.terms.map(({ key, value }) => [key, value])).toEqual(terms);
  expect(filter.text).toBe(text);
  expect(filter.problems).toEqual([]);
});

test.each([
  ['foo:bar', 'There is no filter "foo". Use ns, kind, class or sev.'],
  ['ns:', '"ns:" needs a value.'],
  ['ns:,', '"ns:" needs a value.'],
  ['sev:urgent', 'There is no severity "urgent". Use critical, high, medium, low.'],
  ['status:open', 'The status is chosen with the tabs above.'],
])('"%s" is refused in words', (source, problem) => {
  expect(parseFilter(source).problems).toEqual([problem]);
});

test('what is written is read again as the same', () => {
  const filter = parseFilter('namespace:shop sev:low,high two words');
  const again = parseFilter(writeFilter(filter.terms, filter.text));
  expect(again).toEqual(filter);
  expect(valuesOf(again, 'severity')).toEqual(['low', 'high']);
});
