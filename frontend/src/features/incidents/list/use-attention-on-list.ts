import { useMemo, useState } from 'react';

/** Whether a person's pointer or focus is in the list: then nothing in it may move. */
export function useAttentionOnList() {
  const [hasPointer, setPointer] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const attention = useMemo(
    () => ({
      onPointerEnter: () => setPointer(true),
      onPointerLeave: () => setPointer(false),
      onFocus: () => setFocus(true),
      onBlur: () => setFocus(false),
    }),
    [],
  );
  return { isAttended: hasPointer || hasFocus, attention };
}
