/** A client by the name that a run is given: one of Ackproof's own drivers, or a program at a path. */
import type { Driver, DriverFacts } from '../clients/driver.ts'
import { loadDriver } from '../clients/drivers.ts'
import { askProgram, programDriver } from '../clients/program/index.ts'
import { looksLikePath } from './find-experiments.ts'
import { refuseUnlessProgram, startProgram } from './program-process.ts'

/** Whether a client of this name is a program, with a process of its own below the worker's. */
export const isProgram = looksLikePath

/** What is known of a client before it is used. Throws a UsageError where it is not there. */
export const clientFacts = async (name: string): Promise<DriverFacts> => {
  if (!isProgram(name)) return loadDriver(name)
  refuseUnlessProgram(name)

  return askProgram(name, ears => startProgram(name, ears))
}

export interface ProgramTroubles {
  readonly trouble: (text: string) => void
  readonly failed: (why: string) => void
}

export const loadClient = async (name: string, troubles: ProgramTroubles): Promise<Driver> =>
  isProgram(name) ? programDriver(await clientFacts(name), { ...troubles, start: ears => startProgram(name, ears) }) : loadDriver(name)
