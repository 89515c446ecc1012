/** The tests that a mutant of a checker must not survive: those that are quick and speak of checkers. */
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/checkers/**/*.test.ts', 'test/docs/anomalies.test.ts'], testTimeout: 20_000 } })
