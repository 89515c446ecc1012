/** A member that works by itself, for the tests that all drivers share: what it tells is gathered as a listener of any other would. */
import type { MemberClient, MemberOptions } from '../../../harness/clients/driver.ts'
import { defaultKafkaVersion } from '../../../harness/model/commands.ts'
import { loadClient } from '../../../harness/run/load-client.ts'
import { newRunId } from '../../../harness/run/run-folder.ts'

/** By partition. */
export interface Seen {
  readonly offsets: Map<number, number[]>
  readonly positions: Map<number, number>
  readonly owned: Set<number>
  readonly committed: Map<number, number>
}

const fail = (text: string): never => { throw new Error(text) }

export const openTold = async (name: string, options: MemberOptions, { owned, positions, offsets, committed }: Seen): Promise<MemberClient> => {
  const { openTelling } = await loadClient(name, { trouble: fail, failed: fail }, { run: newRunId(), kafkaVersion: defaultKafkaVersion })
  const client = await openTelling?.({ ...options, commitEvery: 500, now: () => performance.now() * 1000 }, {
    told: events => {
      for (const event of events) {
        const { did, partition } = event
        if (did === 'assigned') owned.add(partition)
        if (did === 'revoked') owned.delete(partition)
        if (did === 'position') positions.set(partition, event.offset)
        if (did === 'delivered') offsets.set(partition, [...offsets.get(partition) ?? [], event.record.offset])
        if (did === 'committed' && event.outcome === 'acknowledged') committed.set(partition, event.offset)
      }
    }
  })

  return { close: async () => {
    await client?.stop()
    await client?.close()
  } }
}
