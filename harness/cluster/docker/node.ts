/** A node's life and death, through the engine's own API: its published ports need not survive, for only Toxiproxy has any. */
import type { Node, NodeState } from '../../model/cluster.ts'
import type { OwnDisk } from '../../model/own-disk.ts'
import type { NodePlan } from '../topology.ts'
import { logOf } from './container-log.ts'
import type { Docker } from './runtime.ts'
import { squeezesOf } from './squeezes.ts'

const stopDeadlineSeconds = 30
const goneDeadlineMs = 20_000

export const dockerNode = (docker: Docker, plan: NodePlan, { name, disks }: { readonly name: string, readonly disks: readonly OwnDisk[] }): Node => {
  const container = docker.getContainer(name)

  const state = async (): Promise<NodeState> => {
    const { State: inspected } = await container.inspect()

    return {
      status: inspected.Paused ? 'paused' : inspected.Running ? 'running' : 'exited',
      startedAt: inspected.StartedAt,
      ...(inspected.Running ? {} : { exitCode: inspected.ExitCode, finishedAt: inspected.FinishedAt, outOfMemory: inspected.OOMKilled })
    }
  }

  return {
    id: plan.id,
    roles: plan.roles,
    disks,
    state,
    kill: async () => {
      const gone = container.wait({ condition: 'not-running', abortSignal: AbortSignal.timeout(goneDeadlineMs) })
      await container.kill({ signal: 'SIGKILL' })
      await gone
    },
    stop: async () => {
      await container.stop({ t: stopDeadlineSeconds })
    },
    start: async () => {
      const { status } = await state()
      if (status === 'paused') await container.unpause()
      if (status === 'exited') await container.start()
    },
    pause: async () => {
      await container.pause()
    },
    unpause: async () => {
      const { status } = await state()
      if (status === 'paused') await container.unpause()
    },
    squeeze: squeezesOf(docker, name),
    cpuTime: async () => {
      // `one-shot` leaves out the second reading, for which the engine would wait a second; the types do not know it yet.
      const { cpu_stats: { cpu_usage: { total_usage: nanoseconds } } } = await container.stats({ 'stream': false, 'one-shot': true } as { stream: false })

      return { milliseconds: nanoseconds / 1e6 }
    },
    log: lines => logOf(docker, name, lines)
  }
}
