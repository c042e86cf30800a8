import { formatPath, type Located, type Path } from './located.ts';
import type { Problem } from './problem.ts';

/** Takes keys away that are documented but do nothing yet, and says so of each. */
export function removePlanned(root: Located, planned: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const names = new Set(planned);
  // `pattern` is the path with [] for every index, as planned keys are written.
  const visit = (node: Located, path: Path, pattern: string): void => {
    if (node.kind === 'list') {
      for (const [i, item] of node.items.entries()) visit(item, [...path, i], `${pattern}[]`);
    }
    if (node.kind !== 'map') return;
    for (const [key, { keyPlace, value }] of node.entries) {
      const name = pattern === '' ? key : `${pattern}.${key}`;
      if (names.has(name)) {
        const message = 'not supported by this version (ignored)';
        problems.push({ severity: 'warning', place: keyPlace, path: formatPath([...path, key]), message });
        node.entries.delete(key);
      } else {
        visit(value, [...path, key], name);
      }
    }
  };
  visit(root, [], '');
  return problems;
}
