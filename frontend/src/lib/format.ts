/** "1 pod", "3 pods". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** 12348 as "12 348", with a narrow space. */
export function formatNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** "812 B", "14 Ki", "2.3 Mi". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} Ki`;
  return `${(bytes / 1024 / 1024).toFixed(1)} Mi`;
}

/** A kind with its group in words: `Rollout.argoproj.io` as "Rollout". */
export function shortKind(kind: string): string {
  return kind.split('.')[0] ?? kind;
}

/** "3 pods", or "1 object" where something else than pods fails too. */
export function countSubjects(
  subjects: readonly { kind: string }[],
  count = subjects.length,
): string {
  const isPods = subjects.every(({ kind }) => kind === 'Pod');
  return plural(count, isPods ? 'pod' : 'object');
}

/** A namespace as people write it; `_` stands for what belongs to none. */
export function namespaceName(namespace: string): string {
  return namespace === '_' ? 'cluster' : namespace;
}

/** A sentence with a capital at its start. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Money as the API has it, a decimal in a string, in words: cents where it is less than a dollar. */
export function usdInWords(usd: string): string {
  const amount = Number(usd);
  return amount > 0 && amount < 0.01 ? `${(amount * 100).toFixed(2)} ¢` : `$${amount.toFixed(2)}`;
}

/** A list as somebody writes it: between commas, spaces or lines. */
export function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
