/** What a command is handed: where it prints, what `run/` and the checkers do for it, and how it says how it went. */
import type { Explain } from '../model/story.ts'
import type { Doctor, Heal, JudgeHistory, PlanExperiment, RunExperiment } from '../model/commands.ts'

export interface OutputStream {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Surroundings {
  readonly out: OutputStream
  readonly err: OutputStream
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly runExperiment: RunExperiment
  readonly planExperiment: PlanExperiment
  readonly doctor: Doctor
  readonly heal: Heal
  readonly judgeHistory: JudgeHistory
  readonly explain: Explain
  /** Listens for SIGINT and SIGTERM from now on; aborted at the first one. */
  readonly interruption: () => AbortSignal
  /** Called once by each command, with its exit code. */
  readonly end: (exitCode: number) => void
}
