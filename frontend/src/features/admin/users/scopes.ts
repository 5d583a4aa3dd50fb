/** Scopes as somebody writes them: `cluster/namespace`, between commas, spaces or lines. */
export function readScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

export function writeScopes(scopes: readonly string[]): string {
  return scopes.join(', ');
}

/** Scopes in words. */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.includes('*/*')) return 'everywhere';
  return scopes.length > 0 ? `in ${scopes.join(', ')}` : 'nowhere';
}
