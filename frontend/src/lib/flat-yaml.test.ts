import { expect, test } from 'vitest';
import { readFlatList } from './flat-yaml';

test('a list of events is read, with folded, quoted and nested values', () => {
  const text = `- type: Warning
  reason: Failed
  message: 'Failed to pull image "x": it''s not there: and
    count: 3 is part of the text'
  count: 4
  series:
    count: 9
    lastObservedTime: '2026-11-23T14:00:00Z'
  source:
    component: kubelet
- reason: BackOff
  message: Back-off restarting failed container app in pod
    web-7f_shop

    second paragraph
  note: "a tab\\t and \\
    \\ more \\xe9"
`;
  expect(readFlatList(text)).toEqual([
    {
      type: 'Warning',
      reason: 'Failed',
      message: 'Failed to pull image "x": it\'s not there: and count: 3 is part of the text',
      count: '4',
      'series.count': '9',
      'series.lastObservedTime': '2026-11-23T14:00:00Z',
      'source.component': 'kubelet',
    },
    {
      reason: 'BackOff',
      message: 'Back-off restarting failed container app in pod web-7f_shop\nsecond paragraph',
      note: 'a tab\t and  more \u00e9',
    },
  ]);
});

test.each(['', 'nothing like a list', 'key: value', '- a: b\nback to the margin'])(
  '%j is not a list of mappings',
  (text) => {
    expect(readFlatList(text)).toBeNull();
  },
);

test('a broken quoted value is kept as it stands', () => {
  expect(readFlatList('- a: "\\q"')).toEqual([{ a: '"\\q"' }]);
});
