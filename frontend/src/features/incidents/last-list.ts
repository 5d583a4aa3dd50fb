import type { ListAddress, ListSearch } from '../../api/search';

let address: ListAddress = {};
const offsets = new Map<string, number>();

const keyOf = (search: ListSearch) => JSON.stringify(search);

/** Remembers which list was looked at last, for the way back from an incident. */
export function rememberList(shown: ListAddress): void {
  address = shown;
}

export function lastList(): ListAddress {
  return address;
}

/** Remembers how far a list was scrolled. */
export function rememberOffset(search: ListSearch, offset: number): void {
  offsets.set(keyOf(search), offset);
}

/** How far a list was scrolled when it was left; null where it was not looked at yet. */
export function lastOffset(search: ListSearch): number | null {
  return offsets.get(keyOf(search)) ?? null;
}
