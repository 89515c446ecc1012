/** A broker's log directory as it lies on its disk, read without the broker's help: whether it runs, is paused or is dead. */

/** A path is relative to the log directory: `orders-0/00000000000000000000.log`. */
export interface DiskFile {
  readonly path: string
  readonly bytes: number
}

export interface FilePiece {
  readonly path: string
  readonly bytes: Buffer
}

export interface Disk {
  /** The files of these directories; one that is not there has none. */
  readonly list: (directories: readonly string[]) => Promise<readonly DiskFile[]>
  /** The files one after the other in this order, each from its beginning as far as it goes now, in pieces of bounded size. */
  readonly read: (paths: readonly string[]) => AsyncIterable<FilePiece>
}
