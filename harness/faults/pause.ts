/**
 * Freezes nodes as a long garbage collection or a suspended machine does: every connection stays open, and nobody answers. Healing
 * lets them go on where they were.
 *
 * That it bit is shown by the process, which gathers no CPU time while it is asked a question, and by the question, which nobody
 * answers though it was answered before.
 */
import type { Link, Node, ProbeResult, Subject } from '../model/cluster.ts'
import type { Bite, Fault, Moment, NodeTarget } from '../model/fault.ts'
import { silentLinks } from '../model/silent-links.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { onlyOnce } from './only-once.ts'
import { refuseUnlessRunning } from './running.ts'

/** So long the process is watched, too. */
const probeDeadline = { milliseconds: 2000 }

export const pause = (target: NodeTarget): Fault => ({
  description: `pause ${target.description}`,
  what: 'pause',
  needs: ['pause'],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)
    const candidates = waysTo(subject, nodes)
    const lookBefore = onlyOnce(async () => {
      const silent = await silentLinks(subject.cluster, candidates, probeDeadline)

      return candidates.filter(({ name }) => !silent.includes(name))
    })

    return {
      ...hitNodes(target, subject, nodes),
      lookBefore,
      strike: async begun => {
        const ways = await lookBefore()
        await refuseUnlessRunning(nodes)
        begun?.()
        await allOrNone(nodes, { act: node => node.pause(), undo: node => node.unpause(), failed: 'nodes could not be paused' })
        const stoodStillAt = new Map<number, number>()

        return {
          bite: moment => lookAtNodes({ subject, nodes, ways, stoodStillAt }, moment),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(nodes.map(node => node.unpause()))
          }
        }
      }
    }
  }
})

/** By which a node can be asked: the admin's link to a broker; to a controller, those of all nodes that go on running. */
const waysTo = ({ cluster }: Subject, nodes: readonly Node[]): readonly Link[] => nodes.flatMap(({ id, roles }) => cluster.links.filter(link => link.to === id
  && (roles.includes('broker') ? link.from === 'admin' : link.plane === 'quorum' && !nodes.some(node => node.id === link.from))))

interface Paused {
  readonly subject: Subject
  readonly nodes: readonly Node[]
  /** They answered before the pause. */
  readonly ways: readonly Link[]
  /** The CPU time of each node in milliseconds, as it was first seen under the pause. */
  readonly stoodStillAt: Map<number, number>
}

const lookAtNodes = async (paused: Paused, moment: Moment): Promise<Bite> => {
  const { subject, nodes, ways, stoodStillAt } = paused
  if (moment === 'struck') for (const [id, cpuTime] of await cpuTimesOf(nodes)) stoodStillAt.set(id, cpuTime)
  const answers = await subject.cluster.probe(ways, probeDeadline)
  const cpuTimes = await cpuTimesOf(nodes)

  return allBitten(await Promise.all(nodes.map(node =>
    standsStill(node, { from: stoodStillAt.get(node.id), to: cpuTimes.get(node.id) }, answersOf(node, paused, answers)))))
}

const cpuTimesOf = async (nodes: readonly Node[]): Promise<ReadonlyMap<number, number>> =>
  new Map(await Promise.all(nodes.map(async node => [node.id, (await node.cpuTime()).milliseconds] as const)))

const answersOf = (node: Node, { ways }: Paused, answers: readonly ProbeResult[]): readonly ProbeResult[] =>
  answers.filter(({ link }) => ways.some(({ name, to }) => name === link && to === node.id))

interface CpuTimes {
  readonly from: number | undefined
  readonly to: number | undefined
}

const standsStill = async (node: Node, { from, to }: CpuTimes, answers: readonly ProbeResult[]): Promise<Bite> => {
  const { status } = await node.state()
  const asked = answers.filter(answer => answer.asked)
  const answered = asked.filter(answer => answer.answered).map(({ link }) => link)
  const problems = [
    ...status === 'paused' ? [] : [`it is ${status}`],
    // A counter at zero counts nothing: it would stand still for every process.
    ...from === undefined || to === undefined || from === 0 ? ['its CPU time is not known'] : from < to ? [`it went on for ${(to - from).toFixed(1)} ms of CPU time`] : [],
    ...asked.length === 0 ? ['nobody who was answered before could ask it'] : answered.length > 0 ? [`it still answers by ${answered.join(', ')}`] : []
  ]
  const name = describeNodes([node])

  return problems.length > 0
    ? { bit: false, evidence: `${name}: ${problems.join(', ')}` }
    : { bit: true, evidence: `${name}: paused, its CPU time stands at ${to?.toFixed(0)} ms, and ${asked.map(({ link }) => link).join(', ')}: answered before, silent now` }
}
