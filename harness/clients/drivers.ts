/** All drivers, by the name under which a run asks for them. */
import type { Driver } from './driver.ts'
import { kafkajs } from './kafkajs/index.ts'

const drivers: readonly Driver[] = [kafkajs]

export const driverNamed = (name: string): Driver => {
  const driver = drivers.find(known => known.name === name)
  if (driver === undefined) throw new Error(`There is no driver "${name}"; there is ${drivers.map(known => known.name).join(', ')}.`)

  return driver
}
