// Words of peers and strangers as they may stand in a report or be kept of one: one line, cut, without anybody's address.

const ADDRESS = /[^\s<>"(),;:]{1,255}@[^\s<>"(),;:]{1,255}/g;

export function impersonal(text: string, most: number): string {
  return text
    .slice(0, 4_096)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(ADDRESS, '(an address)')
    .trim()
    .slice(0, most);
}
