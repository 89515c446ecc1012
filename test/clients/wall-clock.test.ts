/** Times of the wall clock, told by the run's own, while somebody corrects or sets the one or the machine stalls. */
import { expect, test } from 'vitest'
import { wallClock } from '../../harness/clients/java/wall-clock.ts'

const began = 1_795_304_301_000

const clocks = () => {
  const time = { now: 1_000_000, wall: began, stalls: 0 }
  const dated = wallClock({
    now: () => {
      if (time.stalls > 0) {
        time.stalls -= 1
        time.now += 30_000
        time.wall += 30
      }

      return time.now
    },
    wallMs: () => time.wall
  })
  const pass = (milliseconds: number, wall = milliseconds): void => {
    time.now += milliseconds * 1000
    time.wall += wall
  }

  return { time, dated, pass }
}

test('a line is as old as the wall clock says, and of no time that is yet to come', () => {
  const { dated, pass } = clocks()
  pass(5000)
  const at = dated()

  expect([at?.(began), at?.(began + 4990), at?.(began + 9000)]).toEqual([1_001_000, 5_991_000, 6_000_000])
})

test('a clock that is corrected slowly can be followed', () => {
  const { dated, pass } = clocks()
  dated()
  pass(60_000, 60_030)

  expect(dated()?.(began + 60_030)).toBe(61_000_000)
})

test.each([['forward', 1060], ['back', 940]])('a clock that is set %s dates nothing', (_, wall) => {
  const { dated, pass } = clocks()
  dated()
  pass(1000, wall)

  expect(dated()).toBeUndefined()
  expect(dated()).toBeDefined()
})

test('a process that stalls between the readings of the two clocks reads them again', () => {
  const { time, dated } = clocks()
  time.stalls = 3
  const at = dated()

  expect(at?.(time.wall)).toBe(time.now)
})
