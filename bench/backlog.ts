/**
 * What a group does that comes back to a backlog. Two producers write at a steady pace; for a while nobody reads. Then one member comes, a
 * second and a third, each with 400 microseconds of work on a record, while the producers go on: how far the group is behind, each second.
 */
import { setTimeout as after } from 'node:timers/promises'
import { topic } from '../harness/model/topic.ts'
import { groupReads } from '../harness/workloads/group-reads.ts'
import { numberedWrites } from '../harness/workloads/numbered-writes.ts'
import { microseconds } from '../harness/model/duration.ts'
import { onBenchedCluster, underLoad, type Figures } from './under-load.ts'

const recordsPerSecond = 600
const producers = 2
const workMicroseconds = 400
const awaySeconds = 20
const stepSeconds = 12
const members = 3

export const measureBacklog = (): Promise<Figures> => onBenchedCluster(async benched => {
  const orders = topic('orders', { partitions: 6 })
  await benched.metadata.createTopic(orders)
  const steps = await underLoad(benched, 'kafkajs', async ({ tail, start }) => {
    const behind = (): number => {
      tail.poll()
      const { acknowledged, delivered } = tail.total()

      return acknowledged - delivered
    }
    const watch = async (reading: number, seconds: number): Promise<Figures> => {
      const began = { at: performance.now(), behind: behind() }
      const curve: number[] = [began.behind]
      for (let second = 0; second < seconds; second += 1) {
        await after(1000)
        curve.push(behind())
      }
      const caughtUp = began.behind - (curve.at(-1) ?? 0)

      return { members: reading, behind: curve, caughtUpPerSecond: Math.round(caughtUp / ((performance.now() - began.at) / 1000)) }
    }
    await start(numberedWrites({ to: orders, acks: 'all', producers, recordsPerSecond }).clients)
    const seen = [await watch(0, awaySeconds)]
    for (const [index, member] of groupReads({
      from: orders, group: 'readers', members, commits: 'after-work', workPerRecord: microseconds(workMicroseconds), commitEvery: 100
    }).clients.entries()) {
      await start([member])
      seen.push(await watch(index + 1, stepSeconds))
    }

    return seen
  })

  return { recordBytes: 100, writtenPerSecond: recordsPerSecond * producers, partitions: 6, workMicroseconds, steps }
})
