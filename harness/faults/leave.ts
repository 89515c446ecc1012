/**
 * Has client processes leave as well-behaved applications do when they are deployed anew or scaled down: they end their work, say
 * goodbye to their group, and exit. Healing starts new ones, as new incarnations. It bit if each process exited of itself, with 0.
 */
import type { ClientTarget, Fault } from '../model/fault.ts'
import { endClients } from './end-clients.ts'

export const leave = (target: ClientTarget): Fault => endClients(target, {
  description: `have ${target.description} leave`,
  what: 'leave-client',
  end: client => client.leave(),
  meant: ({ exitCode }) => exitCode === 0,
  how: 'of itself'
})
