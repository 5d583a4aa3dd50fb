/** Reads JSON from a Storage. Null where there is none, where it is broken, or where storage is off. */
export function readJson(storage: () => Storage, key: string): unknown {
  try {
    const text = storage().getItem(key);
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Keeps JSON in a Storage. A full or forbidden storage loses it silently: nothing depends on it. */
export function writeJson(storage: () => Storage, key: string, value: unknown): void {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // A private window without storage; the value lives until the page is closed.
  }
}

/** Removes every key that starts with `prefix`. */
export function removeJson(storage: () => Storage, prefix: string): void {
  try {
    const store = storage();
    for (const key of Object.keys(store)) if (key.startsWith(prefix)) store.removeItem(key);
  } catch {
    // As above.
  }
}
