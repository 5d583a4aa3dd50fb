/** A sentence in which what stands between backticks is code. Anything else in it is plain text. */
export function WithCode({ text }: { text: string }) {
  const parts = text.split('`');
  // An odd number of backticks: the last one is only a character.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move
      <code key={at} className="rounded-sm bg-idle-bg px-1 font-mono text-sm">
        {part}
      </code>
    ),
  );
}
