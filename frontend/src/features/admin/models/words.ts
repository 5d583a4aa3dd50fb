/** Money as the API has it, a decimal in a string, in words: cents where it is less than a dollar. */
export function usdInWords(usd: string): string {
  const amount = Number(usd);
  return amount > 0 && amount < 0.01 ? `${(amount * 100).toFixed(2)} ¢` : `$${amount.toFixed(2)}`;
}

/** A list as somebody writes it: between commas, spaces or lines. */
export function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
