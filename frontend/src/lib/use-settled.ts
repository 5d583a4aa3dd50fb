import { useEffect, useState } from 'react';

const SETTLED_MS = 300;

/** A value once it has not changed for a moment: what somebody types is not asked about by letter. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
