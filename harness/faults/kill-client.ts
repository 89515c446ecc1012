/** Stops client processes with SIGKILL, in the middle of whatever they do. Healing starts new ones, as new incarnations. */
import type { ClientTarget, Fault } from '../model/fault.ts'
import { endClients } from './end-clients.ts'

export interface KillClientOptions {
  /** A run whose kills all met idle clients, or such as had nothing begun, proves nothing. Default false. */
  readonly inMidWork?: boolean
}

export const killClient = (target: ClientTarget, { inMidWork = false }: KillClientOptions = {}): Fault => endClients(target, {
  description: `kill ${target.description}`,
  what: 'kill-client',
  ...inMidWork ? { demands: 'mid-work' } : {},
  end: client => client.kill(),
  meant: ({ signal }) => signal === 'SIGKILL',
  how: 'by SIGKILL'
})
