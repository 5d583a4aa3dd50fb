/** The names of a table's columns; on a phone, where rows are cards, only spoken. */
export function TableHead({ columns }: { columns: readonly string[] }) {
  return (
    <thead className="text-xs text-muted max-md:spoken">
      <tr className="border-b border-hairline">
        {columns.map((name) => (
          <th key={name} scope="col" className="py-1.5 pr-4 font-normal">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
