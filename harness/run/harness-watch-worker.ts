/**
 * A thread of the checking process that ends the whole process as soon as its harness has ended, also while the main thread
 * judges and hears nothing. Standard input is a pipe from the harness, and only the harness's end closes it.
 */
import { Socket } from 'node:net'

const harness = new Socket({ fd: 0, readable: true, writable: false })
// How it closed does not matter; an error is followed by a close.
harness.on('error', () => undefined)
harness.on('close', () => { process.kill(process.pid, 'SIGKILL') })
harness.resume()
