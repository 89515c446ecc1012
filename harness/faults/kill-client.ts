/** Stops client processes with SIGKILL, in the middle of whatever they do. Healing starts new ones, as new incarnations. */
import type { Bite, ClientTarget, Fault } from '../model/fault.ts'

export interface KillClientOptions {
  /** A run whose kills all met idle clients, or such as had nothing begun, proves nothing. Default false. */
  readonly inMidWork?: boolean
}

export const killClient = (target: ClientTarget, { inMidWork = false }: KillClientOptions = {}): Fault => ({
  description: `kill ${target.description}`,
  what: 'kill-client',
  needs: [],
  ...inMidWork ? { demands: 'mid-work' } : {},
  prepare: async (subject, random) => {
    const clients = await target.choose(subject, random)

    return {
      whom: clients.map(client => client.name).join(', '),
      brokers: [],
      clients: clients.map(client => client.name),
      strike: async () => {
        const ends = await Promise.all(clients.map(async client => ({ name: client.name, ...await client.kill() })))
        const bite: Bite = {
          bit: ends.length > 0 && ends.every(end => end.signal === 'SIGKILL'),
          evidence: ends.map(end => `${end.name}: process ${end.pid} ended by ${end.signal ?? `exit ${end.exitCode}`}`).join('; ')
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
