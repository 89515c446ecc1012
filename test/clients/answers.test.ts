/** What brokers' answers show of sends that an application takes for done. */
import { expect, test } from 'vitest'
import { watchAnswers } from '../../harness/clients/answers.ts'

test('sends that were answered for each partition are no matter, and their offsets are known', () => {
  const answers = watchAnswers()

  expect(answers.take([0, 0, 1], [{ partition: 0, offset: 10 }, { partition: 1, offset: undefined }])).toEqual(new Map([[0, 10]]))
  expect(answers.take([undefined, undefined], [{ partition: 2, offset: 0 }])).toEqual(new Map([[2, 0]]))
  expect(answers.remarks('kafkajs')).toEqual([])
})

test('the records of a partition that no broker answered for are counted', () => {
  const answers = watchAnswers()
  answers.take([0, 0, 1], [{ partition: 1, offset: 10 }])
  expect(answers.remarks('kafkajs')).toEqual(['kafkajs took 2 records of 1 send for written without a broker\'s answer for their partition.'])

  answers.take([0, 1, 2], [])
  expect(answers.remarks('kafkajs')).toEqual(['kafkajs took 5 records of 2 sends for written without a broker\'s answer for their partition.'])
})
