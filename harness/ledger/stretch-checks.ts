/** Refuses entries that no process of the harness can have written, each with its place. */
import { notKnown } from '../model/evidence.ts'
import { identityOf } from '../model/record-number.ts'
import type { FileFacts } from './file-facts.ts'
import { effects, kinds, noPartition } from './format.ts'
import type { Fail } from './gathered-sends.ts'
import { printable } from './input-error.ts'
import { rangeEnd, type Stretch } from './stretch.ts'

interface Checking {
  readonly stretch: Stretch
  readonly facts: FileFacts
  readonly fail: Fail
}

/** Returns for a stretch all of whose entries can be read. */
export const checkStretch = (stretch: Stretch, facts: FileFacts, fail: Fail): void => {
  const { kind, extra } = stretch
  const checking = { stretch, facts, fail }
  checkNumbers(checking)
  switch (kind) {
    case kinds.send:
      if (facts.producer === notKnown) refuse(checking, 'producer', 'the header names none for this send')
      checkTopic(checking)
      break
    case kinds.acknowledged:
      if (stretch.partition !== noPartition) checkTopic(checking)
      break
    case kinds.rejected:
    case kinds.indeterminate:
    case kinds.believed:
      break
    case kinds.delivered:
      if (facts.member === notKnown) refuse(checking, 'member', 'the header names none for this delivery')
      checkPlaced(checking, 'a delivered record without an offset')
      break
    case kinds.logged:
      checkPlaced(checking, 'a logged record without an offset')
      break
    case kinds.processed:
      if (facts.member === notKnown) refuse(checking, 'member', 'the header names none for this work')
      if (extra >= effects.length) refuse(checking, 'extra', `${extra} is no effect`)
      break
    case kinds.effect:
      if (facts.group === notKnown) refuse(checking, 'group', 'the header names none for this effect')
      checkPlaced(checking, 'an effect that nobody counted')
      break
    default:
      refuse(checking, 'kind', `${kind} is not known`)
  }
}

/** Of the first entry, unless it says which. */
const refuse = ({ stretch, fail }: Checking, field: string, problem: string, place = stretch.from): never =>
  fail({ order: stretch.order + place - stretch.from, field, problem })

const incarnationNumbers = 2 ** 32
/** Of producer 1, incarnation 1. */
const smallestNumber = 2 ** 40 + incarnationNumbers

/** Only a number that `recordNumber` can have made has a name. */
const isRecordNumber = (number: number): boolean =>
  Number.isSafeInteger(number) && number >= smallestNumber && identityOf(number).incarnation > 0

/** An offset or a sequence. */
const isValue = (value: number): boolean => value === notKnown || (value >= 0 && Number.isSafeInteger(value))

const checkNumbers = (checking: Checking): void => {
  if (isSound(checking.stretch)) return

  const { from, until, source: { block: { doubles } } } = checking.stretch
  // Numbers mostly follow one another: up to the end of an incarnation's, the next one is as good.
  let expected = -1
  let end = -1
  for (let place = from; place < until; place++) {
    const number = doubles[place * 4 + 2]!
    const value = doubles[place * 4 + 3]!
    if (number !== expected || number >= end) {
      if (!isRecordNumber(number)) refuse(checking, 'record', `${printable(String(number))} is no record's number`, place)
      end = endOfIncarnation(number)
    }
    expected = number + 1
    if (!isValue(value)) refuse(checking, 'value', `${printable(String(value))} is no offset or sequence`, place)
  }
}

/** Of numbers and values that follow one another, where the first and the last are good, all are. Says no where it cannot tell. */
const isSound = (stretch: Stretch): boolean => {
  const { from, until, valuesFollow, source: { block: { doubles } } } = stretch
  if (!valuesFollow || !isValue(doubles[from * 4 + 3]!) || !isValue(doubles[until * 4 - 1]!)) return false

  for (let place = from; place < until;) {
    const end = rangeEnd(stretch, place, until)
    const first = doubles[place * 4 + 2]!
    if (!isRecordNumber(first) || doubles[end * 4 - 2]! >= endOfIncarnation(first)) return false
    place = end
  }

  return true
}

const endOfIncarnation = (number: number): number => (Math.floor(number / incarnationNumbers) + 1) * incarnationNumbers

const checkTopic = (checking: Checking): void => {
  const { topic } = checking.stretch
  if (checking.facts.topicOf(topic) === undefined) refuse(checking, 'topic', `${topic} is none of the header's topics`)
}

const checkPlaced = (checking: Checking, withoutOffset: string): void => {
  const { partition, from, until, valuesFollow, source: { block: { doubles } } } = checking.stretch
  if (partition === noPartition) refuse(checking, 'partition', 'a record without a partition')
  checkTopic(checking)
  // Of values that follow one another, only the first can be the one below all offsets.
  const end = valuesFollow ? from + 1 : until
  for (let place = from; place < end; place++) {
    if (doubles[place * 4 + 3] === notKnown) refuse(checking, 'value', withoutOffset, place)
  }
}
