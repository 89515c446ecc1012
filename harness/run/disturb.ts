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
import { newProgress, type FaultRun, type Progress } from './fault-run.ts'
import { askRole, roleLeadMs, type RoleQuestion } from './role-at-blow.ts'
import { pause } from './waiting.ts'

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
  let group: readonly Fellow[] = []
  const recovered = recovery(disturbance.untilSteady)

  for (const [index, step] of disturbance.schedule.entries()) {
    const leads = index === 0 || !step.overlapping
    if (leads) {
      first = Promise.withResolvers()
      gate = openGate(disturbance, { before, recovered, scheduledAt: start + step.at.milliseconds * 1000 })
    }
    const { at: { milliseconds: from }, lasting, fault: { description: fault } } = step
    const own: Fellow = { fault, from, to: from + lasting.milliseconds, healed: false }
    group = leads ? [own] : [...group, own]
    const run = runStep(disturbance, step, {
      number: index + 1, start, gate, own, before: group.slice(0, -1), first: leads ? { found: first.resolve } : { lateness: first.promise }
    })
    void run.then(({ healedAt }) => { own.healed = healedAt !== undefined }, () => undefined)
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
  readonly own: Fellow
  /** Those of its group that were to strike before it. */
  readonly before: readonly Fellow[]
  /** The first of a group tells how late its target was found, and the others, which are told, keep their distances from it. */
  readonly first: { readonly found: (first: FirstOfGroup) => void } | { readonly lateness: Promise<FirstOfGroup> }
}

/** One of a group of faults, as it was planned, and whether it has come and gone. */
interface Fellow {
  readonly fault: string
  /** In milliseconds from the start of the disturbance. */
  readonly from: number
  readonly to: number
  healed: boolean
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
    const plannedAt = scheduledAt + delayUs + lateUs
    await pause((plannedAt - subject.now()) / 1000 - leadMs[step.overlapping ? 'overlapping' : 'alone'], signal)
    const prepared = await findTarget(disturbance, step, progress)
    const dueAt = Math.max(plannedAt, subject.now() + (prepared.role === undefined ? 0 : roleLeadMs * 1000))
    if ('found' in first) first.found({ lateUs: dueAt - plannedAt })
    else refuseOutOfTurn({ lateUs: dueAt - plannedAt })
    await pause((dueAt - subject.now()) / 1000 - roleLeadMs, signal)
    const role = askRole(prepared, subject.now)
    await pause((dueAt - subject.now()) / 1000, signal)
    refuseAlone(context)
    await strike(disturbance, step, prepared, { progress, role, dueAt })
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

/** Finds it, and looks at it as it is undisturbed; the figures of both are known also where one of them fails. */
const findTarget = async (disturbance: Disturbance, step: ScheduledFault, progress: Progress): Promise<PreparedFault> => {
  const { subject, random } = disturbance
  const { description } = step.fault
  const resolving = subject.now()
  const prepared = await withDeadline(step.fault.prepare(subject, random.split(step.stream)), { what: `the target of "${description}"`, deadlineMs: resolvingDeadlineMs })
    .finally(() => { progress.resolved((subject.now() - resolving) / 1000) })
  progress.found(prepared, { affected: affectedBy(disturbance, prepared), mayGoUnnoticed: step.fault.unnoticed === true || hitsControllersAlone(subject, prepared) })
  if (prepared.lookBefore === undefined) return prepared
  const looking = subject.now()
  await withDeadline(prepared.lookBefore(), { what: `a look at ${prepared.whom} before "${description}"`, deadlineMs: lookingDeadlineMs })
    .finally(() => { progress.looked((subject.now() - looking) / 1000) })

  return prepared
}

const onTime: FirstOfGroup = { lateUs: 0 }

const refuseOutOfTurn = ({ lateUs }: FirstOfGroup): void => {
  if (lateUs > groupToleranceUs) throw new Error(`it did not strike: its target was found and looked at ${(lateUs / 1e6).toFixed(1)} s after its time, and the faults beside it keep theirs`)
}

/** What it was to overlap must not have healed by now: alone it is another disturbance. */
const refuseAlone = ({ own, before }: StepContext): void => {
  const healed = before.filter(({ from, to, healed: over }) => over && from <= own.from && own.from < to)
  if (healed.length > 0) throw new Error(`it did not strike: ${healed.map(({ fault }) => `"${fault}"`).join(' and ')}, which it was to overlap, had healed before its target was found and looked at`)
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
  progress.injecting(injectingAt)
  progress.began(injectingAt, context)
  const injection = await prepared.strike(() => { progress.began(subject.now(), { dueAt: context.dueAt }) })
  try {
    const injectedAt = subject.now()
    const [own, role] = await Promise.all([biteOf(injection, 'struck'), context.role.atBlow({ at: injectingAt })])
    const bites = role === undefined ? [own] : [own, role]
    const bit = bites.every(bite => bite.bit)
    const evidence = bites.map(bite => bite.evidence)
    line('injected', injectedAt, bit && evidence.join('; '))
    progress.injected(injectedAt, { bit, evidence, askedAt: [subject.now()] })
    told({ text: `${step.fault.description} → ${prepared.whom} (${evidence.join('; ')})`, tone: bit ? 'fault' : 'trouble', at: injectingAt })
    await pause(step.lasting.milliseconds - (subject.now() - injectedAt) / 1000, signal)
    progress.stillBites(await biteOf(injection, 'healing'), subject.now())
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
