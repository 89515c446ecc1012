/**
 * Has client processes leave as well-behaved applications do when they are deployed anew or scaled down: they end their work, say
 * goodbye to their group, and exit. Healing starts new ones, as new incarnations. It bit if each process exited of itself, with 0.
 */
import type { Bite, ClientTarget, Fault } from '../model/fault.ts'

export const leave = (target: ClientTarget): Fault => ({
  description: `have ${target.description} leave`,
  what: 'leave-client',
  needs: [],
  prepare: async (subject, random) => {
    const clients = await target.choose(subject, random)

    return {
      whom: clients.map(client => client.name).join(', '),
      brokers: [],
      clients: clients.map(client => client.name),
      strike: async () => {
        const ends = await Promise.all(clients.map(async client => ({ name: client.name, ...await client.leave() })))
        const bite: Bite = {
          bit: ends.length > 0 && ends.every(end => end.exitCode === 0),
          evidence: ends.map(end => `${end.name}: process ${end.pid} ended ${end.exitCode === 0 ? 'of itself' : `by ${end.signal ?? `exit ${end.exitCode}`}`}`).join('; ')
        }

        return {
          bite: () => Promise.resolve(bite),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(clients.filter(client => !client.running()).map(client => client.restart()))
          }
        }
      }
    }
  }
})
