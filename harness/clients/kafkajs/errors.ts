/**
 * kafkajs's own errors, told from all others. By name, not by class: the package makes its error classes in a way that a
 * named import from an ES module cannot see.
 */

export interface KafkajsError extends Error {
  readonly retriable: boolean
}

export const isKafkajsError = (error: unknown): error is KafkajsError =>
  error instanceof Error && error.name.startsWith('KafkaJS') && 'retriable' in error
