/**
 * Colour for terminals, and none elsewhere: a painter of plain text is the same painter with nothing in its pots, so that
 * what is written never depends on where it is read.
 */
import { styleText } from 'node:util'

export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly doubtful: (text: string) => string
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
}

const asItIs = (text: string): string => text

export const plain: Paint = { good: asItIs, bad: asItIs, doubtful: asItIs, strong: asItIs, faint: asItIs }

type Style = Parameters<typeof styleText>[0]
const styled = (style: Style) => (text: string): string => styleText(style, text, { validateStream: false })

export const coloured: Paint = {
  good: styled(['bold', 'green']),
  bad: styled(['bold', 'red']),
  doubtful: styled(['bold', 'yellow']),
  strong: styled('bold'),
  faint: styled('dim')
}

/** What a stream can show. NO_COLOR counts when it is set to anything but the empty string (no-color.org). */
export const paintFor = (stream: { readonly isTTY?: boolean }, environment: Readonly<Record<string, string | undefined>>): Paint =>
  stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb' ? coloured : plain
