// The filter model a command works with: the file named, else the shipped weights. A file that is none is wrong usage, not a fault of ours.
import { loadFilterModel } from '../src/engines/filter-model.ts';
import type { Model } from '../src/filter/model.ts';
import { Usage } from './command.ts';

export function filterModel(file: string | undefined): Model {
  if (file === undefined || file === '') return loadFilterModel();
  try {
    return loadFilterModel(file);
  } catch (error) {
    throw new Usage(`${(error as Error).message}. Models are made by: sesame train`);
  }
}
