/** Client processes by role; the seed says which of them. */
import type { ClientRole } from '../model/cluster.ts'
import type { ClientTarget } from '../model/fault.ts'

const oneOf = (role: ClientRole): ClientTarget => ({
  description: `one ${role}`,
  choose: (subject, random) => {
    const running = subject.clients().filter(client => client.role === role && client.running())
    if (running.length === 0) return Promise.reject(new Error(`No ${role} runs at the moment.`))

    return Promise.resolve([random.pick(running)])
  }
})

export const oneConsumer = (): ClientTarget => oneOf('consumer')
export const oneProducer = (): ClientTarget => oneOf('producer')
