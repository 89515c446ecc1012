/** Ctrl-C: once heals, twice says so, three times ends; and one press that arrives several times is one. */
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { listenForInterruption } from '../../harness/commands/interruption.ts'

const listening = () => {
  const signals = new EventEmitter()
  const told: string[] = []
  let now = 0
  let ended = 0
  let crash: (error: unknown) => void = () => undefined
  const signal = listenForInterruption({
    signals,
    tell: sentence => void told.push(sentence),
    endAtOnce: () => { ended += 1 },
    onCrash: listener => { crash = listener },
    now: () => now
  })
  const press = (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = 'SIGINT'): void => {
    now += 1000
    signals.emit(name)
    now += 20
    signals.emit(name)
  }

  return { signal, told, press, ended: () => ended, crash: (error: unknown) => { crash(error) } }
}

describe('an interruption', () => {
  it('aborts at the first press and tells what is going on', () => {
    const { signal, told, press } = listening()
    expect(signal.aborted).toBe(false)
    press()

    expect(signal.aborted).toBe(true)
    expect(told).toEqual(['Interrupted: healing what was disturbed, and keeping the evidence.'])
  })

  it('of a closed terminal heals too', () => {
    const { signal, press } = listening()
    press('SIGHUP')

    expect(signal.aborted).toBe(true)
  })

  it('by a bug of the harness heals, and names the bug', () => {
    const { signal, told, crash } = listening()
    crash(new Error('the disk is full'))

    expect(signal.aborted).toBe(true)
    expect(told[0]).toContain('the disk is full')
    expect(String(signal.reason)).toContain('The harness failed')
  })

  it('says at the second that it is still healing, and ends at the third', () => {
    const { told, press, ended } = listening()
    press()
    press('SIGTERM')
    expect(told[1]).toContain('Still healing')
    expect(ended()).toBe(0)
    press()

    expect(ended()).toBe(1)
    expect(told[2]).toContain('ackproof heal')
  })
})
