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

/** So many of the consumers that run, or all of them if there are no more; the seed says which. */
export const consumers = (count: number): ClientTarget => {
  if (!Number.isInteger(count) || count < 1) throw new Error(`consumers(${count}): give a whole number from 1.`)

  return {
    description: count === 1 ? 'one consumer' : `${count} consumers`,
    choose: (subject, random) => {
      const running = subject.clients().filter(client => client.role === 'consumer' && client.running())
      if (running.length === 0) return Promise.reject(new Error('No consumer runs at the moment.'))
      const left = [...running]

      return Promise.resolve(Array.from({ length: Math.min(count, running.length) }, () => left.splice(random.integer({ from: 0, below: left.length }), 1)).flat())
    }
  }
}
