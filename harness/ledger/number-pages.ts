/**
 * Places for numbers that come in ranges: pages of neighbouring numbers, one page after the other as they first appeared, so that what
 * is known of millions of numbers can stand in one array.
 */

/** Numbers that follow one another. */
export interface NumberRange {
  readonly first: number
  readonly count: number
}

export interface NumberPages {
  /** The page of the number that was asked for last. */
  page: number
  readonly placeOf: (number: number) => number
  /** How many of a range, from the number on that was asked for last, are in its page, and so in places that follow one another. */
  readonly inPageFrom: (number: number, range: NumberRange) => number
}

/** `reach` makes room for the places below one. */
export const numberPages = (size: number, reach: (places: number) => void): NumberPages => {
  const numbered = new Map<number, number>()
  const inOrder: number[] = []
  let last = -1

  const turnTo = (wanted: number): void => {
    last = wanted
    // Ranges follow one another everywhere as they did where they first appeared.
    if (inOrder[pages.page + 1] === wanted) {
      pages.page += 1

      return
    }
    pages.page = numbered.get(wanted) ?? inOrder.push(wanted) - 1
    numbered.set(wanted, pages.page)
    reach((pages.page + 1) * size)
  }

  const pages: NumberPages = {
    page: 0,
    placeOf: number => {
      const wanted = Math.floor(number / size)
      if (wanted !== last) turnTo(wanted)

      return pages.page * size + (number - wanted * size)
    },
    inPageFrom: (number, { first, count }) => Math.min(first + count - number, size - (number - last * size))
  }

  return pages
}
