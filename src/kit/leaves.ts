/** The values of a nested input by their paths, dots between ("child.birthPlace.detail"); what is absent or null has none. */
export function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object') return new Map([[path, String(value as string | number | boolean)]]);
  return new Map(Object.entries(value).flatMap(([name, one]) => [...leavesOf(one, path === '' ? name : `${path}.${name}`)]));
}
