/**
 * The machine's own stopwatch, for instants that two processes on it compare. Node reads it from
 * CLOCK_MONOTONIC on Linux and from its likes elsewhere: it counts from the start of the machine,
 * is the same for all processes, and nobody sets it.
 */
export const machineMonoMs = (): number => Number(process.hrtime.bigint()) / 1e6;
