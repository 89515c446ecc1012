/** The machine that a figure was measured on: without it no figure means anything. */
import { cpus, loadavg, release, totalmem } from 'node:os'

export const describeMachine = (): Readonly<Record<string, unknown>> => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.versions.node,
  loadBefore: loadavg()[0]
})

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)

  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
