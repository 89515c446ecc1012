/** `ackproof doctor`: what this machine can do, and what to do about what it cannot. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { DoctorCheck } from '../model/commands.ts'
import { exitCodes } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import { type Paint, paintFor } from '../reporters/paint.ts'
import type { Surroundings } from './surroundings.ts'

export const doctorCommand = (surroundings: Surroundings): Command =>
  new Command('doctor')
    .description('what this machine can do: engine, images, memory, capabilities; and what earlier runs left')
    .option('--out <folder>', 'where the runs made their folders', 'reports')
    .option('--json', 'print one JSON object for machines')
    .option('--debug', 'print the stack traces of errors')
    .action(async ({ json, out }: { readonly json?: true, readonly out: string }) => {
      const report = await surroundings.doctor({ out: resolve(surroundings.cwd, out) })
      const paint = paintFor(surroundings.out, surroundings.environment)
      surroundings.out.write(json ? `${JSON.stringify(report)}\n` : `${report.checks.flatMap(check => lines(check, paint)).join('\n')}\n`)
      surroundings.end(report.checks.some(({ status }) => status === 'missing') ? exitCodes.infrastructure : 0)
    })

const lines = ({ what, status, told, remedy }: DoctorCheck, paint: Paint): readonly string[] => [
  `  ${mark(status, paint)} ${printable(what)}: ${printable(told)}`,
  ...remedy === undefined ? [] : [`      ${printable(remedy)}`]
]

const mark = (status: DoctorCheck['status'], paint: Paint): string =>
  ({ ready: paint.good('✔'), limited: paint.doubtful('–'), missing: paint.bad('✖') })[status]
