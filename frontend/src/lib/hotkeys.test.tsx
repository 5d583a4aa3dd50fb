import { fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { useHotkeys } from './hotkeys';
import { setPreferences } from './preferences';

const pressed: string[] = [];

function Page({ dialog = false }: { dialog?: boolean }) {
  useHotkeys({
    j: () => pressed.push('j'),
    '?': () => pressed.push('?'),
    'g i': () => pressed.push('g i'),
    Enter: () => pressed.push('Enter'),
    ArrowDown: () => pressed.push('ArrowDown'),
  });
  return (
    <>
      <input aria-label="text" />
      <button type="button">button</button>
      <div role="tablist">
        <button type="button" role="tab">
          tab
        </button>
      </div>
      {dialog && <div role="dialog" />}
    </>
  );
}

const press = (key: string, on: Element = document.body, rest = {}) =>
  fireEvent.keyDown(on, { key, ...rest });

afterEach(() => {
  pressed.length = 0;
});

test('a key, or two in a row, do what they stand for', () => {
  render(<Page />);
  press('j');
  press('g');
  press('i');
  press('x');
  press('i');
  expect(pressed).toEqual(['j', 'g i']);
});

test('a second key that comes too late or is another one begins anew', () => {
  render(<Page />);
  press('g');
  press('j');
  press('i');
  expect(pressed).toEqual([]);
  press('j');
  expect(pressed).toEqual(['j']);
});

test('keys with a modifier, in a field and under a dialog belong to others', () => {
  const { getByLabelText, rerender } = render(<Page />);
  press('j', document.body, { ctrlKey: true });
  press('j', document.body, { metaKey: true });
  press('j', getByLabelText('text'));
  rerender(<Page dialog />);
  press('j');
  expect(pressed).toEqual([]);
});

test('Enter on a button and arrows on tabs keep their meaning', () => {
  const { getByRole } = render(<Page />);
  press('Enter', getByRole('button', { name: 'button' }));
  press('ArrowDown', getByRole('tab'));
  expect(pressed).toEqual([]);
  press('Enter');
  press('ArrowDown');
  expect(pressed).toEqual(['Enter', 'ArrowDown']);
});

test('who has switched single keys off has only Enter, Esc and arrows', () => {
  setPreferences({ singleKeys: false });
  render(<Page />);
  press('j');
  press('?');
  press('Enter');
  expect(pressed).toEqual(['Enter']);
});

test('an unmounted page hears nothing', () => {
  const { unmount } = render(<Page />);
  unmount();
  press('j');
  expect(pressed).toEqual([]);
});
