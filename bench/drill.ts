/** How long the quick drill takes, from the command to its verdict, images being there; and how late its faults were. */
import { join } from 'node:path'
import { execa } from 'execa'
import type { RunReport } from '../harness/model/report.ts'
import { median } from './machine.ts'

const drills = 7
const root = join(import.meta.dirname, '..')

export const measureDrill = async (): Promise<Readonly<Record<string, unknown>>> => {
  const seconds: number[] = []
  const reports: RunReport[] = []
  for (let number = 1; number <= drills; number += 1) {
    const start = performance.now()
    const { stdout } = await execa('node', [join(root, 'bin/ackproof.js'), 'run', 'leader-sigkill', '--seed', `bench-${number}`, '--json'], { cwd: root, reject: false, timeout: 300_000 })
    seconds.push(Math.round((performance.now() - start) / 100) / 10)
    reports.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunReport)
  }
  const faults = reports.flatMap(report => report.faults)

  return {
    drills,
    secondsMedian: median(seconds),
    secondsMost: Math.max(...seconds),
    seconds,
    verdicts: reports.map(report => report.verdict),
    faultLateMsMost: Math.max(...faults.map(fault => fault.lateMs)),
    targetResolvedMsMost: Math.max(...faults.map(fault => fault.resolvedInMs)),
    targetLookedAtMsMost: Math.max(...faults.map(fault => fault.lookedInMs)),
    harnessMemoryMbMost: Math.round(Math.max(...reports.map(report => report.harnessMemoryBytes)) / 2 ** 20),
    recoverySecondsMedian: median(reports.map(report => Math.max(0, ...report.recovery.map(one => one.milliseconds)) / 1000)),
    phasesMsMedian: Object.fromEntries(Object.keys(reports[0]?.timings ?? {}).map(phase => [phase, median(reports.map(report => report.timings[phase as keyof RunReport['timings']] ?? 0))]))
  }
}
