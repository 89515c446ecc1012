/** A client by the name that a run is given: one of Ackproof's own drivers, or a program at a path. */
import type { Driver, DriverFacts } from '../clients/driver.ts'
import { javaClient, loadDriver } from '../clients/drivers.ts'
import { askProgram, programDriver } from '../clients/program/index.ts'
import { defaultKafkaVersion } from '../model/commands.ts'
import { looksLikePath } from './find-experiments.ts'
import { startJavaIn, type JavaPlace } from './java-process.ts'
import { refuseUnlessProgram, startProgram } from './program-process.ts'

/** Whether a client of this name is a program, with a process of its own below the worker's. */
export const isProgram = looksLikePath

/** Whether a client of this name is a process elsewhere, which says what it did: it is killed first, and then heard out. */
export const isHeardOut = (name: string): boolean => name === javaClient

/** What is known of a client before it is used. Throws a UsageError where it is not there. */
export const clientFacts = async (name: string, kafkaVersion: string = defaultKafkaVersion): Promise<DriverFacts> => {
  if (name === javaClient) return (await import('../clients/java/index.ts')).javaFacts(kafkaVersion)
  if (!isProgram(name)) return loadDriver(name)
  refuseUnlessProgram(name)

  return askProgram(name, ears => startProgram(name, ears))
}

export interface ClientTroubles {
  readonly trouble: (text: string) => void
  readonly failed: (why: string) => void
}

/** `place`: where a client in a container belongs. */
export const loadClient = async (name: string, troubles: ClientTroubles, place: Partial<JavaPlace> = {}): Promise<Driver> => {
  const { run, kafkaVersion } = place
  if (name === javaClient) {
    if (run === undefined || kafkaVersion === undefined) throw new Error('The Java clients were not told which run they belong to, and which version of Kafka.')
    // Loaded on demand: other clients need no second Kafka library.
    const { javaDriver } = await import('../clients/java/index.ts')

    return javaDriver(kafkaVersion, { ...troubles, start: startJavaIn({ run, kafkaVersion }) })
  }

  return isProgram(name) ? programDriver(await clientFacts(name), { ...troubles, start: ears => startProgram(name, ears) }) : loadDriver(name)
}
