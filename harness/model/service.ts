/** Servers beside the cluster that are no part of Kafka: what applications keep their effects in. A provider starts those that an experiment wants. */

export const serviceNames = ['postgresql', 'redis'] as const
export type ServiceName = (typeof serviceNames)[number]

export interface ServiceAddress {
  readonly host: string
  readonly port: number
}

export type ServiceAddresses = Readonly<Partial<Record<ServiceName, ServiceAddress>>>
