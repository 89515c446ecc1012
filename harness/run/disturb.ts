/**
 * Carries out a schedule. Each fault finds its target shortly before its time, looks at it, strikes at it, proves that it bit (and
 * that its victim still bore the role for which it was chosen), stays, proves it once more, and heals, whatever else happens: also
 * when the run is aborted. A fault that does not overlap others waits until those before it have healed and the cluster is steady;
 * those that belong to it wait with it, so that they keep their distances from it, and one that cannot does not strike.
 */
import type { Subject } from '../model/cluster.ts'
import { withDeadline } from '../model/deadline.ts'
import { messageOf } from '../model/errors.ts'
import type { Bite, Injection, Moment, PreparedFault, ScheduledFault } from '../model/fault.ts'
import type { FaultLine } from '../model/history.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { Random } from '../model/random.ts'
import type { FaultReport } from '../model/report.ts'
import { askRole, roleLeadMs, type RoleQuestion } from './role-at-blow.ts'
import { pause } from './waiting.ts'

/** How a fault went, and which partitions it was meant to hurt. */
export interface FaultRun extends Omit<FaultReport, 'overlappingSends' | 'latency'> {
  readonly affected: readonly { readonly topic: string, readonly partition: number }[]
  /** The client processes that it hit. */
  readonly clients: readonly string[]
  /** True: no client has to have noticed it, for it to prove something. */
  readonly mayGoUnnoticed?: boolean
}

export interface Disturbance {
  readonly schedule: readonly ScheduledFault[]
  readonly subject: Subject
  readonly random: Random
  readonly signal: AbortSignal
  readonly write: (line: FaultLine) => void
  readonly told: (what: { readonly text: string, readonly tone: 'fault' | 'recovery' | 'trouble', readonly at: number, readonly milliseconds?: number }) => void
  /** Resolves when the cluster is steady; rejects, with what is missing, when it does not become so. */
  readonly untilSteady: () => Promise<void>
  readonly partitions: () => readonly PartitionState[]
  /** Which partitions a client works on. */
  readonly partitionsOf: (client: string) => FaultRun['affected']
}

const resolvingDeadlineMs = 1000
/** Links are asked up to three times; that takes a machine under load a second or two each. */
const lookingDeadlineMs = 8000
/** By how much before its time a target is looked for. What overlaps others is chosen as late as can be: those before it may move the role. */
const leadMs = { alone: 1500, overlapping: 500 }

/** A fault of a group that strikes out of turn, or when the others have healed, makes another disturbance than the one that was planned. */
const groupToleranceUs = 1_000_000

/** Runs the whole schedule; the `start` of its times is now. Resolves when every fault has healed. */
export const disturb = async (disturbance: Disturbance): Promise<readonly FaultRun[]> => {
  const start = disturbance.subject.now()
  const runs: Promise<FaultRun>[] = []
  let before: readonly Promise<unknown>[] = []
  let gate: StepContext['gate'] = Promise.resolve({ delayUs: 0 })
  let first = Promise.withResolvers<FirstOfGroup>()
  const recovered = recovery(disturbance.untilSteady)

  for (const [index, step] of disturbance.schedule.entries()) {
    const leads = index === 0 || !step.overlapping
    if (leads) {
      first = Promise.withResolvers()
      gate = openGate(disturbance, { before, recovered, scheduledAt: start + step.at.milliseconds * 1000 })
    }
    const run = runStep(disturbance, step, { number: index + 1, start, gate, first: leads ? { found: first.resolve } : { lateness: first.promise } })
    runs.push(run)
    before = [...before, run.catch(() => undefined)]
  }
  const settled = await Promise.allSettled(runs)

  return settled.map(result => {
    if (result.status === 'rejected') throw result.reason

    return result.value
  })
}

interface StepContext {
  readonly number: number
  readonly start: number
  /** Opens when its group of faults may begin, and says by how much later than planned that is. */
  readonly gate: Promise<{ readonly delayUs: number }>
  /** The first of a group tells how late its target was found, and the others, which are told, keep their distances from it. */
  readonly first: { readonly found: (first: FirstOfGroup) => void } | { readonly lateness: Promise<FirstOfGroup> }
}

interface FirstOfGroup {
  readonly lateUs: number
}

interface Gate {
  readonly before: readonly Promise<unknown>[]
  /** Rejects, with what is missing, where the cluster does not become steady again. */
  readonly recovered: (before: { readonly faults: number }) => Promise<void>
  readonly scheduledAt: number
}

/** What has not recovered once is not waited for again: nobody is left to heal it. */
const recovery = (untilSteady: Disturbance['untilSteady']): Gate['recovered'] => {
  let missing: string | undefined

  return async ({ faults }) => {
    if (missing === undefined) await untilSteady().catch((error: unknown) => { missing = messageOf(error) })
    if (missing !== undefined) throw new Error(`it did not strike, because the cluster ${faults === 0 ? 'was not steady' : 'did not recover from the faults before it'}. ${missing}`)
  }
}

/** For the first fault of a group, and all that belong to it: not before its time, nor before the others have healed and the cluster is steady. */
const openGate = async ({ subject, signal }: Disturbance, { before, recovered, scheduledAt }: Gate): Promise<{ readonly delayUs: number }> => {
  await pause((scheduledAt - subject.now()) / 1000 - leadMs.alone, signal)
  await Promise.all(before)
  await recovered({ faults: before.length })

  return { delayUs: Math.max(0, subject.now() - scheduledAt) }
}

const runStep = async (disturbance: Disturbance, step: ScheduledFault, context: StepContext): Promise<FaultRun> => {
  const { subject, signal } = disturbance
  const { first } = context
  const scheduledAt = context.start + step.at.milliseconds * 1000
  const progress = newProgress(step, context.number, scheduledAt)
  try {
    const { delayUs } = await context.gate
    const { lateUs } = 'lateness' in first ? await first.lateness : onTime
    const due = scheduledAt + delayUs + lateUs
    await pause((due - subject.now()) / 1000 - leadMs[step.overlapping ? 'overlapping' : 'alone'], signal)
    const resolving = subject.now()
    const prepared = await withDeadline(step.fault.prepare(subject, disturbance.random.split(step.stream)),
      { what: `the target of "${step.fault.description}"`, deadlineMs: resolvingDeadlineMs })
    const resolved = subject.now()
    if (prepared.lookBefore !== undefined) {
      await withDeadline(prepared.lookBefore(), { what: `a look at ${prepared.whom} before "${step.fault.description}"`, deadlineMs: lookingDeadlineMs })
    }
    const ready = subject.now()
    if ('found' in first) first.found({ lateUs: Math.max(0, ready - due) })
    else refuseOutOfTurn({ lateUs: ready - due })
    progress.found(prepared, {
      resolvedInMs: (resolved - resolving) / 1000,
      lookedInMs: (ready - resolved) / 1000,
      affected: affectedBy(disturbance, prepared),
      mayGoUnnoticed: step.fault.unnoticed === true || hitsControllersAlone(subject, prepared)
    })
    await pause((due - subject.now()) / 1000 - roleLeadMs, signal)
    const role = askRole(prepared, subject.now)
    await pause((due - subject.now()) / 1000, signal)
    await strike(disturbance, step, prepared, { progress, role, dueAt: Math.max(due, resolved) })
  } catch (error) {
    if (!signal.aborted) {
      progress.failed(messageOf(error))
      disturbance.told({ text: `${step.fault.description}: ${messageOf(error)}`, tone: 'trouble', at: subject.now() })
    }
  } finally {
    if ('found' in first) first.found(onTime)
  }

  return progress.report()
}

const onTime: FirstOfGroup = { lateUs: 0 }

const refuseOutOfTurn = ({ lateUs }: FirstOfGroup): void => {
  if (lateUs > groupToleranceUs) throw new Error(`it did not strike: its target was found and looked at ${(lateUs / 1e6).toFixed(1)} s after its time, and the faults beside it keep theirs`)
}

interface Blow {
  readonly progress: Progress
  readonly role: RoleQuestion
  readonly dueAt: number
}

const strike = async (disturbance: Disturbance, step: ScheduledFault, prepared: PreparedFault, context: Blow): Promise<void> => {
  const { subject, signal, write, told } = disturbance
  const { progress } = context
  const line = (phase: FaultLine['phase'], at: number, evidence?: string | false): void => {
    write({ event: 'fault', at, fault: progress.name, phase, what: step.fault.what, whom: prepared.whom, brokers: prepared.brokers, ...(evidence === undefined ? {} : { evidence }) })
  }

  const injectingAt = subject.now()
  line('injecting', injectingAt)
  progress.injecting(injectingAt, { lateMs: (injectingAt - context.dueAt) / 1000 })
  const injection = await prepared.strike()
  try {
    const injectedAt = subject.now()
    const [own, role] = await Promise.all([biteOf(injection, 'struck'), context.role.atBlow({ at: injectingAt })])
    const bites = role === undefined ? [own] : [own, role]
    const bit = bites.every(bite => bite.bit)
    const evidence = bites.map(bite => bite.evidence)
    line('injected', injectedAt, bit && evidence.join('; '))
    progress.injected(injectedAt, { bit, evidence })
    told({ text: `${step.fault.description} → ${prepared.whom} (${evidence.join('; ')})`, tone: bit ? 'fault' : 'trouble', at: injectingAt })
    await pause(step.lasting.milliseconds - (subject.now() - injectedAt) / 1000, signal)
    progress.stillBites(await biteOf(injection, 'healing'))
  } finally {
    const healingAt = subject.now()
    line('healing', healingAt)
    await injection[Symbol.asyncDispose]()
    const healedAt = subject.now()
    line('healed', healedAt)
    progress.healed(healingAt, healedAt)
    told({ text: `healed: ${step.fault.description}`, tone: 'recovery', at: healedAt, milliseconds: (healedAt - healingAt) / 1000 })
  }
}

/** A probe that fails is no proof. */
const biteOf = (injection: Injection, moment: Moment): Promise<Bite> =>
  injection.bite(moment).catch((error: unknown) => ({ bit: false, evidence: `the proof failed: ${messageOf(error)}` }))

/**
 * The partitions that a fault can hurt: those that it names; of links, those that they carry; of brokers, those that they lead, or, if they lead none,
 * hold; of clients, those that they work on; of dedicated controllers, all.
 */
const affectedBy = ({ partitions, partitionsOf, subject }: Disturbance, prepared: PreparedFault): FaultRun['affected'] => {
  const { brokers, clients, links, partitions: named } = prepared
  if (named !== undefined) return named

  const known = partitions()
  const carried = known.filter(state => links?.some(link => carries(link, state)))
  const led = known.filter(({ leader }) => leader !== undefined && brokers.includes(leader))
  const held = led.length > 0 ? led : known.filter(({ replicas }) => replicas.some(replica => brokers.includes(replica)))
  const hurt = carried.length > 0 ? carried : hitsControllersAlone(subject, prepared) ? known : held

  return [...hurt.map(({ topic, partition }) => ({ topic, partition })), ...clients.flatMap(partitionsOf)]
}

/** Clients never ask dedicated controllers for anything, and what goes on without them goes on unnoticed. */
const hitsControllersAlone = ({ cluster }: Subject, { brokers: ids }: PreparedFault): boolean =>
  ids.length > 0 && ids.every(id => cluster.nodes.some(node => node.id === id && !node.roles.includes('broker')))

/** Followers and clients connect to leaders; a quorum link carries no partition of its own. */
const carries = ({ plane, from, to }: NonNullable<PreparedFault['links']>[number], { leader, replicas }: PartitionState): boolean =>
  leader === to && (plane === 'client' || (plane === 'data' && replicas.some(replica => replica === from)))

interface Progress {
  readonly name: string
  readonly found: (prepared: PreparedFault, target: Pick<FaultRun, 'resolvedInMs' | 'lookedInMs' | 'affected' | 'mayGoUnnoticed'>) => void
  readonly injecting: (at: number, lateness: { readonly lateMs: number }) => void
  readonly injected: (at: number, proof: Pick<FaultRun, 'bit' | 'evidence'>) => void
  readonly stillBites: (bite: Bite) => void
  readonly healed: (healingAt: number, healedAt: number) => void
  readonly failed: (why: string) => void
  readonly report: () => FaultRun
}

/** What is known of a fault so far, so that a report exists whatever stopped it. */
const newProgress = (step: ScheduledFault, number: number, scheduledAt: number): Progress => {
  const { description: fault, what } = step.fault
  let run: FaultRun = {
    number, fault, what, scheduledAt, whom: '', brokers: [], clients: [], affected: [], resolvedInMs: 0, lookedInMs: 0, lateMs: 0, injectingAt: scheduledAt,
    injectedAt: undefined, healingAt: undefined, healedAt: undefined, bit: false, evidence: []
  }

  return {
    name: `${number}: ${fault}`,
    found: ({ whom, brokers, clients }, target) => { run = { ...run, whom, brokers, clients, ...target } },
    injecting: (injectingAt, { lateMs }) => { run = { ...run, injectingAt, lateMs } },
    injected: (injectedAt, { bit, evidence }) => { run = { ...run, injectedAt, bit, evidence } },
    stillBites: ({ bit, evidence }) => {
      const known = run.evidence.includes(evidence)
      run = { ...run, bit: run.bit && bit, evidence: known ? run.evidence : [...run.evidence, `before healing: ${evidence}`] }
    },
    healed: (healingAt, healedAt) => { run = { ...run, healingAt, healedAt } },
    failed: why => { run = { ...run, bit: false, evidence: [...run.evidence, why] } },
    report: () => run
  }
}
