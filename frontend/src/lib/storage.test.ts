import { expect, test } from 'vitest';
import { readJson, removeJson, writeJson } from './storage';

class FakeStorage {
  [key: string]: unknown;
  getItem = (key: string) => (this[`${key}`] as string | undefined) ?? null;
  setItem = (key: string, value: string) => {
    this[key] = value;
  };
  removeItem = (key: string) => {
    delete this[key];
  };
}

test('what is written is read again, and removed by its prefix', () => {
  const store = new FakeStorage() as unknown as Storage;
  writeJson(() => store, 'kure.a', { one: 1 });
  writeJson(() => store, 'other', 2);
  expect(readJson(() => store, 'kure.a')).toEqual({ one: 1 });
  removeJson(() => store, 'kure.');
  expect(readJson(() => store, 'kure.a')).toBeNull();
  expect(readJson(() => store, 'other')).toBe(2);
});

test('broken or forbidden storage is as if it were empty', () => {
  const store = new FakeStorage() as unknown as Storage;
  store.setItem('kure.a', '{');
  expect(readJson(() => store, 'kure.a')).toBeNull();
  const forbidden = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  expect(readJson(forbidden, 'a')).toBeNull();
  expect(() => writeJson(forbidden, 'a', 1)).not.toThrow();
  expect(() => removeJson(forbidden, 'a')).not.toThrow();
});
