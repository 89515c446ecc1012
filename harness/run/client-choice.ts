/** Which client a run is made with, and whether it can be: named by hand it must be there, otherwise the run is skipped. */
import { lacksOf } from '../clients/abilities.ts'
import type { DriverFacts } from '../clients/driver.ts'
import { driverNames, javaClient, NotInstalled } from '../clients/drivers.ts'
import { defaultClient, type RunOptions } from '../model/commands.ts'
import type { Experiment } from '../model/experiment.ts'
import { clientFacts } from './load-client.ts'

/** Whatever can be asked for by name. */
export const clientNames: readonly string[] = [...driverNames, javaClient]

/** The command line goes before the experiment. */
export const clientOf = (experiment: Pick<Experiment, 'client'>, options: Pick<RunOptions, 'client'>): string =>
  options.client ?? experiment.client ?? defaultClient

/** The driver, or why this experiment cannot be run with it. Throws a UsageError where there is none of that name. */
export const findDriver = async (
  experiment: Pick<Experiment, 'client' | 'workload'>, options: Pick<RunOptions, 'client'> & Partial<Pick<RunOptions, 'kafkaVersion'>>,
  load: (name: string) => Promise<DriverFacts> = name => clientFacts(name, options.kafkaVersion)
): Promise<{ readonly driver: DriverFacts } | { readonly lack: string }> => {
  const name = clientOf(experiment, options)
  try {
    const driver = await load(name)
    const lacks = lacksOf(driver, experiment.workload.flatMap(({ clients }) => clients))

    return lacks.length === 0 ? { driver } : { lack: `${name} cannot do it: ${lacks.join('; ')}` }
  } catch (error) {
    if (options.client !== undefined || !(error instanceof NotInstalled)) throw error

    return { lack: error.message.replaceAll('\n', ' ') }
  }
}

/** Why faults of these kinds would not reach this client; undefined: they would. */
export const whyOutOfReach = ({ name, outOfReach = {} }: DriverFacts, kinds: readonly string[]): string | undefined => {
  const reasons = [...new Set(kinds)].flatMap(kind => Object.hasOwn(outOfReach, kind) ? [`${kind}: ${outOfReach[kind]}`] : [])

  return reasons.length === 0 ? undefined : `${name} cannot do it: ${reasons.join('; ')}`
}

/** Throws a UsageError where one of these clients is not there: nothing is begun then. */
export const refuseMissingClients = async (names: readonly string[]): Promise<void> => {
  for (const name of names) await clientFacts(name)
}
