// The learner beside an oracle at simulated providers, with figures that nobody tuned on. No time passes: it is handed in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makers } from './providers.ts';
import { row } from './table.ts';

const SEEDS = [101, 202];

for (const name of Object.keys(makers))
  test(`${name}: nine tenths of the oracle's mail, and under one deferral in a hundred caused by us`, () => {
    for (const seed of SEEDS) {
      const { ofOracle, selfCaused } = row(name, seed);
      assert.ok(ofOracle >= 0.9, `seed ${seed}: ${(100 * ofOracle).toFixed(1)} % of the oracle`);
      assert.ok(ofOracle <= 1.0001, `seed ${seed}: the oracle was beaten, so it is none`);
      assert.ok(selfCaused < 0.01, `seed ${seed}: ${(100 * selfCaused).toFixed(2)} % caused by us`);
    }
  });
