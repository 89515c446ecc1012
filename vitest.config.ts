/**
 * Four projects. `unit` needs no Docker and runs in parallel, and its files share processes: most of their time would be the start of
 * one for each. `integration` and `faults` start real clusters, one at a time, because two clusters on one small machine would disturb
 * each other more than the faults do. `properties` tries the properties of the checkers, of which `unit` takes a few hundred
 * histories, on ten thousand.
 */
import { randomInt } from 'node:crypto'
import { defineConfig } from 'vitest/config'

const needCluster = ['test/integration/*.test.ts', 'test/calibration/*.test.ts']

/** Whole experiments, most of an hour in all: `npm run test:faults`, and no part of `npm test`. */
const long = ['test/integration/faults/*.test.ts']

const properties = {
  name: 'properties', include: ['test/properties/*.test.ts'], testTimeout: 1_200_000, sequence: { groupOrder: 3 },
  env: { ACKPROOF_HISTORIES: process.env['ACKPROOF_HISTORIES'] ?? '10000', ACKPROOF_SEED: process.env['ACKPROOF_SEED'] ?? String(randomInt(2 ** 31)) }
}

const onClusters = { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false, maxWorkers: 1 }

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    reporters: process.env['ACKPROOF_TEST_REPORT'] === undefined
      ? ['default']
      : ['default', ['json', { outputFile: process.env['ACKPROOF_TEST_REPORT'] }]],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...needCluster, ...long, 'test/package/**'], testTimeout: 20_000, isolate: false, sequence: { groupOrder: 0 } }
      },
      { extends: true, test: { name: 'integration', include: needCluster, sequence: { groupOrder: 1 }, ...onClusters } },
      { extends: true, test: { name: 'faults', include: long, sequence: { groupOrder: 2 }, ...onClusters } },
      { extends: true, test: properties }
    ]
  }
})
