/**
 * One run, from an experiment to a verdict: provision, confirm, disturb, heal, drain, audit, check, report. Whatever ends it
 * early (an interruption, the wall-clock timeout, an error), what is in force is healed, what was recorded is kept, and
 * everything that the run created is removed.
 */
import { writeFile } from 'node:fs/promises'
import { connectMetadata } from '../clients/admin.ts'
import { connectOperations } from '../clients/operations.ts'
import { dockerProvider } from '../cluster/docker/boot.ts'
import type { ProvidedCluster, Provider } from '../cluster/provider.ts'
import type { Capability } from '../model/cluster.ts'
import type { RunExperiment, RunOptions } from '../model/commands.ts'
import { CleanupError, messageOf } from '../model/errors.ts'
import { withClient, type Experiment } from '../model/experiment.ts'
import type { RunReport, SkippedRun, Versions } from '../model/report.ts'
import type { Reporter } from '../model/reporter.ts'
import type { ServiceName } from '../model/service.ts'
import { clientOf, findDriver, whyOutOfReach } from './client-choice.ts'
import { concludeRun, type Seen } from './conclude.ts'
import { overlaidExperiment } from './overlay.ts'
import { nothingObserved, runPhases } from './phases.ts'
import { durationOf } from './plan.ts'
import { untilReady } from './ready.ts'
import { noteCut, openRun, runPhase, toldFolder, unlessStopped, type PhaseResult, type RunContext } from './run-context.ts'
import { scheduleFile, scheduleText } from './schedule-file.ts'
import { untilServicesAnswer } from './services.ts'
import { describeSchedule, isDrawn, scheduleOf } from './schedule.ts'
import { servicesOf } from './store-files.ts'
import { harnessVersion } from '../model/version.ts'

export const runExperimentOn = (provider: Provider): RunExperiment => async (named, options, reporter) => {
  const experiment = overlaidExperiment(named.experiment, options)
  const duration = durationOf(experiment, options.durationOverride)
  const schedule = scheduleOf(experiment, options, duration)
  const found = await findDriver(experiment, options)
  const reason = 'lack' in found
    ? found.lack
    : whyOutOfReach(found.driver, schedule.map(({ fault }) => fault.what)) ?? await unlessStopped(options, whatIsMissing(provider, needsOf(experiment, schedule), options))
  if ('lack' in found || reason !== undefined) {
    const skipped: SkippedRun = { experiment: named.name, claim: experiment.claim, client: clientOf(experiment, options), reason: reason ?? '' }
    reporter.runSkipped?.(skipped)

    return skipped
  }

  const context = openRun({ ...named, experiment: withClient(experiment, found.driver.name) }, options, { duration, schedule, driver: found.driver })
  await writeFile(context.folder.schedule, scheduleText(scheduleFile(named, options, { ...describeSchedule(schedule, experiment), duration })))
  context.incidents.push(...whatWasGiven(experiment, options, { schedule, duration }))
  reporter.runStarted?.({
    run: context.id,
    experiment: named.name,
    claim: experiment.claim,
    control: experiment.expects !== undefined,
    seed: options.seed,
    kafka: options.kafkaVersion,
    folder: toldFolder(context),
    durationMs: duration.milliseconds
  })

  return runInContext(provider, context, reporter)
}

/** A run whose schedule is not the seed's own says so: it may have broken less than its experiment would. */
const whatWasGiven = (experiment: Experiment, { seed, steps }: RunOptions, { schedule, duration }: Pick<RunContext, 'schedule' | 'duration'>): readonly string[] => {
  if (steps === undefined || isDrawn(experiment, seed, { steps, duration })) return []

  return [`The schedule was given and is not what seed ${seed} draws: ${schedule.length} faults, as they were written down.`]
}

export const runExperiment: RunExperiment = runExperimentOn(dockerProvider)

interface Needs {
  readonly capabilities: readonly Capability[]
  readonly services: readonly ServiceName[]
}

const needsOf = ({ cluster, workload }: Experiment, schedule: RunContext['schedule']): Needs => ({
  capabilities: [...new Set([...schedule.flatMap(step => step.fault.needs), ...cluster.disks === undefined ? [] : ['disks'] as const])],
  services: servicesOf(workload.flatMap(({ clients }) => clients))
})

const whatIsMissing = async (provider: Provider, { capabilities: needed, services }: Needs, { signal }: Pick<RunOptions, 'signal'>): Promise<string | undefined> => {
  const capabilities = await provider.capabilities()
  const lacking = needed.flatMap(need => {
    const capability = capabilities[need]

    return capability.available ? [] : [`${need}: ${capability.reason}`]
  })
  const reasons = lacking.length > 0 ? lacking : await provider.whyNoServices(services, signal)

  return reasons.length === 0 ? undefined : `this machine cannot do it (${reasons.join('; ')})`
}

const runInContext = async (provider: Provider, context: RunContext, reporter: Reporter): Promise<RunReport> => {
  try {
    const seen = await onCluster(provider, context, reporter)
    context.ledger.flush()

    const report = await concludeRun(context, seen, reporter)
    refuseLeftovers(context)

    return report
  } finally {
    context.close()
  }
}

/** The part of a run that needs a cluster. The cluster is gone when this returns, whatever happened. */
const onCluster = async (provider: Provider, context: RunContext, reporter: Reporter): Promise<Seen> => {
  let cluster: ProvidedCluster | undefined
  try {
    cluster = await runPhase(context, reporter, 'provision', () => provision(provider, context, reporter, booted => { cluster = booted }))
    const metadata = connectMetadata(cluster.bootstrap('admin'))
    const operations = connectOperations(cluster.bootstrap('admin'), metadata)
    try {
      return { observed: await runPhases({ context, cluster, metadata, operations, reporter }), versions: versionsOf(context, cluster) }
    } finally {
      await Promise.all([metadata.close(), operations.close()])
    }
  } catch (error) {
    // Stopped before the load was steady: what there is is judged all the same, and is inconclusive.
    if (!context.signal.aborted) throw error
    noteCut(context)

    return { observed: nothingObserved, versions: versionsOf(context, cluster) }
  } finally {
    if (cluster) await removeCluster(context, cluster)
  }
}

const provision = async (
  provider: Provider, context: RunContext, reporter: Reporter, booted: (cluster: ProvidedCluster) => void
): Promise<PhaseResult<ProvidedCluster>> => {
  const { options, named } = context
  const cluster = await provider.boot({
    run: context.id,
    plan: named.experiment.cluster,
    kafkaVersion: options.kafkaVersion,
    services: servicesOf(context.clients),
    told: text => reporter.happened?.({ at: context.startedAt, text, tone: 'plain' }),
    signal: context.signal
  })
  booted(cluster)
  const metadata = connectMetadata(cluster.bootstrap('admin'))
  try {
    await untilReady(cluster, metadata, context.signal)
  } finally {
    await metadata.close()
  }
  context.services.push(...await untilServicesAnswer(cluster.services, context.signal))
  const beside = context.services.length === 0 ? '' : `; beside them ${context.services.join(' and ')}`

  return { told: `${cluster.nodes.length} nodes of Kafka ${options.kafkaVersion} are ready, each alone on its network behind Toxiproxy${beside}`, value: cluster }
}

const versionsOf = ({ driver, options, services }: RunContext, cluster: ProvidedCluster | undefined): Versions => ({
  kafka: options.kafkaVersion,
  clients: [`${driver.name} ${driver.version}`],
  harness: harnessVersion(),
  toxiproxy: cluster?.toxiproxyVersion ?? 'not started',
  node: process.versions.node,
  ...services.length === 0 ? {} : { services }
})

/** Whatever becomes of the logs, the cluster goes; what cannot be removed is told after the verdict. */
const removeCluster = async (context: RunContext, cluster: ProvidedCluster): Promise<void> => {
  await cluster.saveLogs(context.folder.logs).catch((error: unknown) => { context.incidents.push(`The brokers' logs could not be kept: ${messageOf(error)}`) })
  context.remaining.push(...await cluster.remove().catch((error: unknown) => [messageOf(error)]))
}

const refuseLeftovers = ({ id, remaining }: RunContext): void => {
  if (remaining.length === 0) return

  throw new CleanupError({ happened: `Not everything of run ${id} could be removed:\n${remaining.join('\n')}`, next: 'Try `ackproof heal`, then remove it by hand.' })
}
