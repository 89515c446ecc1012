/** What faults share that end client processes. Healing starts new ones, as new incarnations. It bit if each ended as it was meant to. */
import type { ClientProcess } from '../model/cluster.ts'
import type { ClientTarget, Fault } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { allBitten, hitClients } from './hit.ts'

type End = Awaited<ReturnType<ClientProcess['kill']>>

export interface Ending extends Pick<Fault, 'description' | 'what' | 'demands'> {
  readonly end: (client: ClientProcess) => Promise<End>
  readonly meant: (end: End) => boolean
  /** How it ended where that was meant, to be read after "process 17 ended ". */
  readonly how: string
}

export const endClients = (target: ClientTarget, { end, meant, how, ...fault }: Ending): Fault => ({
  ...fault,
  needs: [],
  prepare: async (subject, random) => {
    const clients = await target.choose(subject, random)

    return {
      ...hitClients(clients),
      strike: async () => {
        const gone = clients.filter(client => !client.running())
        if (gone.length > 0) throw new Error(`Ended already, by another fault: ${gone.map(({ name }) => name).join(', ')}.`)

        const ends = await allOrNone(clients, {
          act: async client => ({ name: client.name, ...await end(client) }), undo: startAgain, failed: 'clients could not be ended'
        })
        const bite = allBitten(ends.map(one => ({
          bit: meant(one), evidence: `${one.name}: process ${one.pid} ended ${meant(one) ? how : `by ${one.signal ?? `exit ${one.exitCode}`}`}`
        })), 'no client was chosen')

        return {
          bite: () => Promise.resolve(bite),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(clients.map(startAgain))
          }
        }
      }
    }
  }
})

const startAgain = async (client: ClientProcess): Promise<void> => { if (!client.running()) await client.restart() }
