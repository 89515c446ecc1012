/** A Java client of Kafka's own in a container, as `run/` hands it over: what it is given, what it prints, and how it ends. */

/** What `docker/run-client.sh` is started with. */
export interface JavaCommand {
  /** Of the package `org.apache.kafka.tools`. */
  readonly tool: string
  readonly arguments: readonly string[]
  /** The client's own settings. */
  readonly configuration: Readonly<Record<string, string>>
  /** Classes whose log is wanted among the client's lines. */
  readonly logOf?: readonly string[]
}

export interface JavaProcess {
  /** Asks for a block of output; the first one lets Java start. */
  readonly ask: () => void
  /** SIGTERM: it is to end by itself. */
  readonly terminate: () => Promise<void>
  /** SIGKILL for Java alone: what it has printed can still be asked for. */
  readonly killJava: () => Promise<void>
  /** SIGKILL; returns when the container has ended. */
  readonly kill: () => Promise<void>
}

export interface JavaEars {
  readonly output: (bytes: Buffer) => void
  /** It has ended, with what is known of why. */
  readonly ended: (why: string) => void
}

/** Starts a container; Java itself waits there to be asked for its first block. `name` is that of the client and its incarnation. */
export type StartJava = (name: string, command: JavaCommand, ears: JavaEars) => Promise<JavaProcess>
