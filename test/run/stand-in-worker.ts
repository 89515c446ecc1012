/**
 * A worker without Kafka, for the tests of how the harness handles processes. Its plan's number says how it behaves: 1 is
 * well-behaved, 2 never gets ready, 3 dies at the start of the load, 4 fails at once, 5 cannot be stopped, nor heard out, 6 ends badly.
 */
import { isOrder, type Order, type Report } from '../../harness/run/worker-protocol.ts'

const report = (message: Report): void => { process.send?.(message) }
let behaviour = 0

const obey = (order: Order): void => {
  if (order.order === 'begin') behaviour = order.client.number
  if (order.order === 'begin' && behaviour === 4) report({ report: 'failed', error: 'no broker' })
  if (order.order === 'begin' && behaviour !== 2) report({ report: 'ready' })
  if (order.order === 'start') process.stderr.write('load\n')
  if (order.order === 'start' && behaviour === 3) process.exit(7)
  if (order.order === 'drain') report({ report: 'drained' })
  if (order.order === 'kill' && behaviour === 6) process.exit(3)
  if (order.order === 'kill' && behaviour !== 5) {
    process.stderr.write('heard out\n')
    process.kill(process.pid, 'SIGKILL')
  }
  if (order.order === 'stop' && behaviour !== 5) process.exit(behaviour === 6 ? 3 : 0)
}

process.on('disconnect', () => { process.exit(2) })
process.on('message', message => { if (isOrder(message)) obey(message) })
