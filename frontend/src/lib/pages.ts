/** The rows of all pages, each once: while rows move, two pages may hold the same one. */
export function rowsOf<Row extends { id: string }>(pages: readonly { items: Row[] }[]): Row[] {
  return [...new Map(pages.flatMap(({ items }) => items).map((row) => [row.id, row])).values()];
}
