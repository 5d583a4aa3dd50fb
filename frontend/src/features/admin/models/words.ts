/** A list as somebody writes it: between commas, spaces or lines. */
export function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
