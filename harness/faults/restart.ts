/**
 * Ends nodes, by a controlled shutdown or by SIGKILL, and starts them again at once or after a moment: the fault is the restart, and
 * `lasting` is the time that they have to come back. The cluster takes a broker that was killed for alive until its session ends, and
 * refuses its new life until then (`broker.session.timeout.ms`), so to be down for less shortens nothing; the evidence says so.
 */
import type { Node, Subject } from '../model/cluster.ts'
import { describeDuration, milliseconds, type Duration } from '../model/duration.ts'
import type { Bite, Fault, Moment, NodeTarget } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { endedByItself, wasKilled } from './exit-codes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { refuseUnless } from './refusals.ts'
import { refuseUnlessRunning } from './running.ts'
import { stayDown } from './waiting.ts'

export interface RestartOptions {
  /** Default: `graceful`. */
  readonly how?: 'graceful' | 'kill'
  /** Between the end and the start. Default: none. */
  readonly down?: Duration
}

/** What is down for longer is rather stopped or killed, for as long as that fault lasts. */
const longestDown = { milliseconds: 60_000 }

export const restart = (target: NodeTarget, { how = 'graceful', down = milliseconds(0) }: RestartOptions = {}): Fault => {
  refuseUnless(down.milliseconds >= 0 && down.milliseconds <= longestDown.milliseconds,
    `\`restart\` is asked to leave a node down for ${describeDuration(down)}; it takes up to ${describeDuration(longestDown)}, and \`stop\` or \`kill\` any time`)

  return {
    description: `restart ${target.description} ${how === 'graceful' ? 'gracefully' : 'by SIGKILL'}${down.milliseconds > 0 ? `, down for ${describeDuration(down)}` : ''}`,
    what: 'restart',
    needs: [],
    prepare: async (subject, random) => {
      const nodes = await target.choose(subject, random)
      const sessions = how === 'kill' ? await sessionsOf(subject, nodes) : new Map<number, number>()

      return {
        ...hitNodes(target, subject, nodes),
        strike: async begun => {
          await refuseUnlessRunning(nodes)
          begun?.()
          const lives = await allOrNone(nodes, {
            act: node => endAndStart(subject, node, { how, down }), undo: node => node.start(), failed: 'nodes could not be restarted'
          })

          return {
            bite: moment => lookAtLives(subject, lives, { how, down, sessions, moment }),
            [Symbol.asyncDispose]: async () => {
              await Promise.all(nodes.map(node => node.start()))
            }
          }
        }
      }
    }
  }
}

/** A life that was ended, and the one that was begun. */
interface Lives {
  readonly node: Node
  readonly endedInMs: number
  readonly exitCode: number | undefined
  readonly before: string | undefined
  readonly after: string | undefined
}

const endAndStart = async ({ now }: Subject, node: Node, { how, down }: Required<RestartOptions>): Promise<Lives> => {
  const { startedAt: before } = await node.state()
  const start = now()
  await (how === 'graceful' ? node.stop() : node.kill())
  const endedInMs = (now() - start) / 1000
  const { exitCode } = await node.state()
  await stayDown(down.milliseconds)
  await node.start()
  const { startedAt: after } = await node.state()

  return { node, endedInMs, exitCode, before, after }
}

interface Restarted extends Required<RestartOptions> {
  /** In milliseconds, by broker. */
  readonly sessions: ReadonlyMap<number, number>
  readonly moment: Moment
}

const lookAtLives = async ({ metadata }: Subject, lives: readonly Lives[], restarted: Restarted): Promise<Bite> => {
  const live = restarted.moment === 'healing' ? await metadata.liveBrokers() : undefined

  return allBitten(await Promise.all(lives.map(life => lookAtLife(life, { ...restarted, live }))))
}

const lookAtLife = async (lives: Lives, { how, down, sessions, live }: Restarted & { readonly live: readonly number[] | undefined }): Promise<Bite> => {
  const { node, endedInMs, exitCode, before, after } = lives
  const { status, startedAt } = await node.state()
  const name = describeNodes([node])
  if (!(how === 'graceful' ? endedByItself : wasKilled)(exitCode)) return { bit: false, evidence: `${name}: exit ${exitCode}, which is no ${how === 'graceful' ? 'controlled shutdown' : 'SIGKILL'}` }
  if (after === undefined || after === before) return { bit: false, evidence: `${name}: no new life began` }
  if (status !== 'running' || startedAt !== after) return { bit: false, evidence: `${name}: its new life did not last; it is ${status}` }

  const session = sessions.get(node.id)
  const shortened = session !== undefined && session > down.milliseconds ? `, before its old session of ${describeDuration({ milliseconds: session })} could end` : ''
  const back = live === undefined || !node.roles.includes('broker') ? '' : live.includes(node.id) ? ', back in the cluster' : ', not back in the cluster yet'

  return { bit: true, evidence: `${name}: exit ${exitCode} after ${Math.round(endedInMs)} ms, started again${shortened}${back}` }
}

/** Only brokers have one; a controller takes up its place in the quorum at once. */
const sessionsOf = async ({ metadata }: Subject, nodes: readonly Node[]): Promise<ReadonlyMap<number, number>> =>
  new Map((await Promise.all(nodes.filter(node => node.roles.includes('broker')).map(async ({ id }) => {
    const told = (await metadata.brokerConfiguration(id))['broker.session.timeout.ms']

    return told === undefined ? [] : [[id, Number(told)] as const]
  }))).flat())
