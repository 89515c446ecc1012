/** The list of faults by which the doctor goes is the list of faults that there are. */
import { expect, test } from 'vitest'
import { allFaults } from '../../harness/faults/all-faults.ts'
import * as exported from '../../harness/faults/index.ts'

/** What a fault is proven by is none itself. */
const noFaults = ['expiredUnread', 'fencedBroker', 'gaveUp', 'leaderless', 'ledAgain', 'partlyInSync', 'provenBy', 'shrunkIsr']

test('every fault that an experiment can use is known to the doctor, with what it needs', () => {
  expect(allFaults.map(({ name }) => name)).toEqual(Object.keys(exported).filter(name => !noFaults.includes(name)).toSorted())
  expect(Object.fromEntries(allFaults.map(({ name, needs }) => [name, needs]))).toMatchObject({ kill: [], cut: ['links'], pause: ['pause'], packetLoss: ['links', 'packet-loss'], slowDisk: ['disks', 'throttle'] })
})
