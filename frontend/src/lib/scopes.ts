import type { User } from '../api/types';

export type Role = User['role'];

const ORDER: readonly Role[] = ['read', 'write', 'admin'];

/** Whether a role is as much as another one. */
export function covers(role: Role, needed: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(needed);
}

/** Scopes as somebody writes them: `cluster/namespace`, between commas. */
export function writeScopes(scopes: readonly string[]): string {
  return scopes.join(', ');
}

/** Scopes in words. */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.includes('*/*')) return 'everywhere';
  return scopes.length > 0 ? `in ${scopes.join(', ')}` : 'nowhere';
}
