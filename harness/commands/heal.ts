/** `ackproof heal`: undoes whatever an earlier run left behind, also one that was killed. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { HealReport } from '../model/commands.ts'
import { exitCodes } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import type { Surroundings } from './surroundings.ts'

interface HealArguments {
  readonly all?: true
  readonly out: string
  readonly json?: true
}

export const healCommand = (surroundings: Surroundings): Command =>
  new Command('heal')
    .description('undo whatever an earlier run left: containers, networks, volumes, disks, processes, working files')
    .option('--all', 'also what harnesses on other hosts (or in containers) made, whether they still run or not')
    .option('--out <folder>', 'where the runs made their folders', 'reports')
    .option('--json', 'print one JSON object for machines')
    .option('--debug', 'print the stack traces of errors')
    .action(async ({ all, out, json }: HealArguments) => {
      const report = await surroundings.heal({
        elsewhere: all ? 'remove' : 'spare',
        out: resolve(surroundings.cwd, out),
        tell: words => surroundings.err.write(`${words.split('\n').map(printable).join('\n')}\n`)
      })
      surroundings.out.write(json ? `${JSON.stringify(report)}\n` : told(report))
      surroundings.end(exitCodeOf(report))
    })

const exitCodeOf = ({ remaining, unseen }: HealReport): number => {
  if (remaining.length > 0) return exitCodes.notCleanedUp

  return unseen.length > 0 ? exitCodes.infrastructure : 0
}

const told = ({ removed, remaining, spared, unseen }: HealReport): string => [
  ...removed.map(what => `  removed   ${printable(what)}`),
  ...remaining.map(what => `  remains   ${printable(what)}`),
  ...spared.map(what => `  spared    ${printable(what)}`),
  ...spared.length === 0 ? [] : [`  What is spared belongs to harnesses that cannot be seen from here and may be running. If they are not, remove it with: ackproof heal --all`],
  ...unseen.map(what => `  unseen    ${printable(what)}`),
  ...unseen.length === 0 ? [] : ['  What could not be looked at may be there still. Heal again once it can be.'],
  ...removed.length + remaining.length + spared.length + unseen.length === 0 ? ['  There was nothing to undo.'] : [],
  ''
].join('\n')
