/**
 * Which records have been seen, a bit for each, in pages, since a producer's incarnation numbers its records without gaps. All pages
 * together have a limit; beyond it the oldest is forgotten. A record that was forgotten is seen anew, so that a second sight of
 * it may be missed, but none is ever made up.
 */

const recordsAPage = 65_536

/** The pages of several sets, and how many they may have together. */
export interface PageLimit {
  readonly most: number
  /** Forgets a page, the oldest first. */
  readonly forget: (() => void)[]
}

/** 32 MB: the last 268 million records. */
export const pageLimit = (most = 4096): PageLimit => ({ most, forget: [] })

export interface SeenRecords {
  /** Adds an attempt of a record; true if it was there. */
  readonly add: (record: number, attempt: number) => boolean
}

export const seenRecords = (limit: PageLimit): SeenRecords => {
  const pages = new Map<number, Int32Array>()
  let key = -1
  let page: Int32Array = new Int32Array(0)

  const turnTo = (wanted: number): void => {
    key = wanted
    page = pages.get(wanted) ?? addPage(pages, wanted, limit)
  }

  return {
    add: (record, attempt) => {
      const first = Math.floor(record / recordsAPage) * recordsAPage
      if (first + attempt !== key) turnTo(first + attempt)
      const place = record - first
      const bit = 1 << (place & 31)
      const before = page[place >>> 5]!
      page[place >>> 5] = before | bit

      return (before & bit) !== 0
    }
  }
}

const addPage = (pages: Map<number, Int32Array>, key: number, { most, forget }: PageLimit): Int32Array => {
  const page = new Int32Array(recordsAPage / 32)
  pages.set(key, page)
  if (forget.push(() => { pages.delete(key) }) > most) forget.shift()?.()

  return page
}
