/**
 * Two projects. `unit` needs no Docker and runs in parallel; `integration` starts real clusters, one at a time, because two
 * clusters on one small machine would disturb each other more than the faults do.
 */
import { defineConfig } from 'vitest/config'

const needCluster = ['test/integration/**/*.test.ts', 'test/calibration/**/*.test.ts']

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    reporters: process.env['ACKPROOF_TEST_REPORT'] === undefined
      ? ['default']
      : ['default', ['json', { outputFile: process.env['ACKPROOF_TEST_REPORT'] }]],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...needCluster, 'test/package/**'], testTimeout: 20_000, sequence: { groupOrder: 0 } }
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: needCluster,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 }
        }
      }
    ]
  }
})
