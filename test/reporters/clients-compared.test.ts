/** Several clients side by side: what each cell says, and what differs. */
import { describe, expect, it } from 'vitest'
import { clientRows, clientsCompared } from '../../harness/reporters/clients-compared.ts'
import { paintFor } from '../../harness/reporters/paint.ts'
import { brokenRun, counts, skippedRun, upheld } from '../run-reports.ts'

const none = { reports: [], skipped: [], broken: [] }
const other = { ...upheld, client: { ...upheld.client, name: 'other', version: '1.0' } }
const doubling = { ...other, verdict: 'refuted' as const, judgement: { ...other.judgement, counts: { ...counts, duplicated: 30 } } }
const plain = paintFor({}, {})

describe('clients side by side', () => {
  it('are not shown where there is but one', () => {
    expect(clientRows({ ...none, reports: [upheld, upheld] })).toEqual([])
    expect(clientsCompared({ ...none, reports: [upheld], skipped: [skippedRun] }, plain)).toEqual([])
  })

  it('have a row each, with the verdict and what the application saw', () => {
    expect(clientRows({ ...none, reports: [upheld, doubling] }).slice(1)).toEqual([
      ['leader-sigkill', 'kafkajs 2.2.4', 'UPHELD', '0', '0', '1,204'],
      ['leader-sigkill', 'other 1.0', 'REFUTED', '0', '30', '1,204']
    ])
  })

  it('add several runs of a pair up', () => {
    expect(clientRows({ ...none, reports: [upheld, doubling, doubling, other] }).at(-1)).toEqual(['leader-sigkill', 'other 1.0', '2 REFUTED, 1 UPHELD', '0', '60', '3,612'])
  })

  it('say why there is nothing to compare', () => {
    const rows = clientRows({ reports: [upheld], skipped: [{ ...skippedRun, experiment: 'leader-sigkill', client: 'other', reason: 'it cannot' }], broken: [{ ...brokenRun, client: 'third' }] })

    expect(rows.slice(1).map(([, client, verdict, lost]) => [client, verdict, lost])).toEqual([
      ['kafkajs 2.2.4', 'UPHELD', '0'], ['other', 'skipped: it cannot', ''], ['third', 'could not run', '']
    ])
  })

  it('are told to differ where they do, and only there', () => {
    const told = (suite: Parameters<typeof clientsCompared>[0]): string => clientsCompared(suite, plain).join('\n')

    expect(told({ ...none, reports: [upheld, doubling] })).toContain('leader-sigkill differs: kafkajs 2.2.4: UPHELD, 0 lost, 0 duplicated; other 1.0: REFUTED, 0 lost, 30 duplicated.')
    expect(told({ ...none, reports: [upheld, other] })).not.toContain('differs')
  })
})
