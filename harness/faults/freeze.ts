/**
 * Freezes client processes with SIGSTOP: they keep what they own and have in flight, and do nothing, as applications on a machine that
 * swaps or was suspended. Healing lets them go on, sure of everything that they knew. It bit if the operating system calls all of
 * a process's threads stopped, and it wrote nothing into the ledger.
 */
import type { ClientActivity, ClientProcess } from '../model/cluster.ts'
import type { Bite, ClientTarget, Fault } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { allBitten, hitClients } from './hit.ts'

export const freeze = (target: ClientTarget): Fault => ({
  description: `freeze ${target.description}`,
  what: 'freeze-client',
  needs: [],
  prepare: async (subject, random) => {
    const clients = await target.choose(subject, random)

    return {
      ...hitClients(clients),
      strike: async () => {
        // Whoever healed first would thaw it for both.
        const already = clients.filter(client => client.activity().stopped)
        if (already.length > 0) throw new Error(`Frozen already, by another fault: ${already.map(({ name }) => name).join(', ')}.`)

        const frozen = await allOrNone(clients, {
          act: async client => {
            await client.freeze()

            return { client, since: client.activity() }
          },
          undo: async client => { client.thaw() },
          failed: 'clients could not be frozen'
        })

        return {
          bite: () => Promise.resolve(allBitten(frozen.map(standsStill), 'no client was chosen')),
          [Symbol.asyncDispose]: async () => {
            for (const { client } of frozen) client.thaw()
          }
        }
      }
    }
  }
})

interface Frozen {
  readonly client: ClientProcess
  readonly since: ClientActivity
}

const standsStill = ({ client, since }: Frozen): Bite => {
  const now = client.activity()
  const name = `${client.name}: process ${since.pid}`
  if (now.pid !== since.pid) return { bit: false, evidence: `${name} is gone; ${now.pid} is another` }
  if (!since.stopped || !now.stopped) return { bit: false, evidence: `${name} is not stopped` }
  const written = now.ledgerBytes - since.ledgerBytes

  return written === 0
    ? { bit: true, evidence: `${name} is stopped (state T), and has written nothing since` }
    : { bit: false, evidence: `${name} is stopped, and yet ${written} bytes were written to its ledger since` }
}
