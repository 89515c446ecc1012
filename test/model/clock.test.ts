/** The run's one clock. */
import { afterEach, expect, test, vi } from 'vitest'
import { clockFrom, startClock, wallTime } from '../../harness/model/clock.ts'

afterEach(() => { vi.useRealTimers() })

test('a wall clock that is set back an hour moves neither the run\'s time nor its order', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T12:00:00Z') })
  const clock = startClock()
  const before = clock.now()
  vi.setSystemTime(new Date('2026-01-01T11:00:00Z'))
  const after = clock.now()

  expect(after).toBeGreaterThanOrEqual(before)
  expect(after - before).toBeLessThan(60_000_000)
  expect(wallTime(clock.origin, 0).toISOString()).toBe('2026-01-01T12:00:00.000Z')
})

test('a child process that is given the origin tells the same time', () => {
  const clock = startClock()
  const child = clockFrom(structuredClone(clock.origin))
  const [one, other, third] = [clock.now(), child.now(), clock.now()]

  expect(other).toBeGreaterThanOrEqual(one)
  expect(third).toBeGreaterThanOrEqual(other)
})
