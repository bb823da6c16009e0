import { areaAfter, type Line, lineAfter } from "./first-order-lag.ts";

/** Ten thousand roundings stay far below this; a phase without load then reads exactly zero. */
const nothingW = 1e-6;

/**
 * The power of all miners on one phase, kept as a sum. Every unit moves in straight lines, so the
 * sum does, too; it is touched only when a unit takes a corner, and reading it costs one multiplication.
 */
export class PhaseLedger {
  #sinceMonoMs: number;
  #levelW = 0;
  #slopeWPerMs = 0;
  #movingCount = 0;
  #energyWMs = 0;

  constructor(startMonoMs: number) {
    this.#sinceMonoMs = startMonoMs;
  }

  powerW(monoMs: number): number {
    return lineAfter(this.#line(), monoMs - this.#sinceMonoMs);
  }

  slopeWPerMs(): number {
    return this.#slopeWPerMs;
  }

  energyWMs(monoMs: number): number {
    return this.#energyWMs + areaAfter(this.#line(), monoMs - this.#sinceMonoMs);
  }

  /** One unit leaves one straight line for another. */
  replace(old: Line, next: Line, monoMs: number): void {
    this.#energyWMs = this.energyWMs(monoMs);
    const levelW = this.powerW(monoMs) + next.start - old.start;
    this.#levelW = levelW < nothingW ? 0 : levelW;
    this.#sinceMonoMs = monoMs;
    this.#movingCount += Number(next.perMs !== 0) - Number(old.perMs !== 0);
    // Rounding leaves a slope of some 1e-17 behind, which a day would turn into watts.
    const slopeWPerMs = this.#slopeWPerMs + next.perMs - old.perMs;
    this.#slopeWPerMs = this.#movingCount === 0 ? 0 : slopeWPerMs;
  }

  #line(): Line {
    return { start: this.#levelW, perMs: this.#slopeWPerMs };
  }
}
