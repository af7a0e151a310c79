// The rules of pacing: shaping.json as shipped, and the operator's file over it (SESAME_SHAPING).
import { readFileSync } from 'node:fs';
import { readRules, type ReadRules } from '../../shaping/rules.ts';
import shipped from '../../shaping/shaping.json' with { type: 'json' };

/** `path`: null = the shipped rules alone. Faults name the file, the place and what is allowed. */
export function loadRules(path: string | null): ReadRules {
  const ours = { name: 'shaping.json', json: shipped as unknown };
  if (path === null) return readRules([ours]);
  try {
    return readRules([ours, { name: path, json: JSON.parse(readFileSync(path, 'utf8')) as unknown }]);
  } catch (error) {
    const why = error instanceof SyntaxError ? `is no JSON: ${error.message}` : 'cannot be read';
    return { faults: [`SESAME_SHAPING: ${path} ${why}`] };
  }
}
