/** `ackproof heal`: undoes whatever an earlier run left behind, also one that was killed. */
import { Command } from 'commander'
import type { HealReport } from '../model/commands.ts'
import { exitCodes } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import type { Surroundings } from './surroundings.ts'

export const healCommand = (surroundings: Surroundings): Command =>
  new Command('heal')
    .description('undo whatever an earlier run left: containers, networks, volumes, processes')
    .option('--json', 'print one JSON object for machines')
    .option('--debug', 'print the stack traces of errors')
    .action(async ({ json }: { readonly json?: true }) => {
      const report = await surroundings.heal()
      surroundings.out.write(json ? `${JSON.stringify(report)}\n` : told(report))
      surroundings.end(report.remaining.length > 0 ? exitCodes.notCleanedUp : 0)
    })

const told = ({ removed, remaining }: HealReport): string => [
  ...removed.map(what => `  removed   ${printable(what)}`),
  ...remaining.map(what => `  remains   ${printable(what)}`),
  ...removed.length + remaining.length === 0 ? ['  There was nothing to undo.'] : [],
  ''
].join('\n')
