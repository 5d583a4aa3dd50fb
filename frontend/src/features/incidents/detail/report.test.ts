import { expect, test } from 'vitest';
import { makeDetail, NOW } from '../../../../test/fixtures';
import { reportOf } from './report';

const LINK = 'https://kure.example/incidents/1';
const report = (rest: Partial<ReturnType<typeof makeDetail>> = {}) =>
  reportOf({ ...makeDetail(NOW), ...rest }, LINK, 'UTC');

test('what a cluster says makes no Markdown of its own', () => {
  const text = report({ summary: '<img src=x>\n# Owned [here](http://evil)' });
  expect(text).toContain('\\<img src=x\\> \\# Owned \\[here\\](http://evil)');
});

test('lines with fences in them stay in their fence', () => {
  const detail = makeDetail(NOW);
  const [cause] = detail.diagnosis?.causes ?? [];
  if (!detail.diagnosis || !cause) throw new Error('The fixture has no cause.');
  const line = { ...cause.evidence[0], text: 'a ``` b' } as (typeof cause.evidence)[number];
  const causes = [{ ...cause, evidence: [line], commands: [], patch: null }];
  const text = report({ diagnosis: { ...detail.diagnosis, causes } });
  expect(text).toContain('````\na ``` b\n````');
});

test('it says what, why, what to do, and where to read on', () => {
  const text = report();
  expect(text).toMatch(/^# Deployment checkout in shop\n/);
  for (const part of ['## What\n', '## Why: ', 'What to do: ', '## What happened\n', LINK]) {
    expect(text).toContain(part);
  }
});

test('without a diagnosis there is none in it', () => {
  expect(report({ diagnosis: null })).not.toContain('## Why');
});
