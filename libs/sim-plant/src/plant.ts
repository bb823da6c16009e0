import { assert, assertDefined, seededRandom } from "@ballast/kernel";
import { Agenda } from "./agenda.ts";
import { Feeder, type FeederState, type SiteFacts, typicalSite } from "./feeder.ts";
import { createGrid, type Grid, type GridState, type PerPhase } from "./grid/grid.ts";
import { MinerBody, type MinerSurroundings } from "./miner-body.ts";
import { EventLog, type PlantEvent } from "./plant-events.ts";
import type { Scenario } from "./scenario.ts";
import { type MinerSpec, type Phase, phases, type SimulatedMiner } from "./simulated-miner.ts";
import { type SmoothNoise, smoothNoise } from "./smooth-noise.ts";

export interface PlantOptions {
  /** The only source of chance. */
  readonly seed: number;
  readonly scenario: Pick<Scenario, "grid" | "nominalHz">;
  readonly miners: readonly MinerSpec[];
  /** When the scenario starts on the caller's stopwatch. */
  readonly startMonoMs: number;
  readonly site?: Partial<SiteFacts>;
}

/**
 * A mining site and its grid. It knows no clock: whoever asks says when. Asking never changes the
 * future, and an instant before the plant's present means the present.
 */
export interface Plant {
  readonly miners: readonly SimulatedMiner[];
  miner(id: string): SimulatedMiner | undefined;
  advanceTo(monoMs: number): void;
  gridAt(monoMs: number): GridState;
  feederAt(monoMs: number): FeederState;
  /** What all miners together draw, measured at their sockets. */
  minersKwAt(monoMs: number): number;
  /** What the miners of one feeder draw, measured at its switch; nothing where none hangs on it. */
  minersKwOn(feeder: string, monoMs: number): number;
  /** What the supply could give to the site now; undefined where it has no limit of its own. */
  availableKwAt(monoMs: number): number | undefined;
  /** Air that the miners breathe in. */
  containerCAt(monoMs: number): number;
  /** What happened since the last call, oldest first. */
  drainEvents(): readonly PlantEvent[];
  counts(): PlantCounts;
}

/** Since the plant began; draining events does not touch these. */
export interface PlantCounts {
  readonly commandsCount: number;
  /** Units that began to start, by wake or by returning voltage. */
  readonly startsCount: number;
  /** Units that began to stop, or lost their voltage. */
  readonly stopsCount: number;
  readonly blackoutsCount: number;
  readonly eventsDroppedCount: number;
}

export const createPlant = (options: PlantOptions): Plant => new PhysicalPlant(options);

/** A power supply gives up below this share of nominal voltage, and charges again above it. */
const liveAboveRatio = 0.5;
/** Voltage at the connection point is never still; a meter that shows it so is frozen. */
const voltageNoiseRatio = 0.001;
const phaseIndexes = [0, 1, 2] as const;

class PhysicalPlant implements Plant {
  readonly miners: readonly MinerBody[];
  readonly #minersById: ReadonlyMap<string, MinerBody>;
  readonly #startMonoMs: number;
  readonly #grid: Grid;
  readonly #voltageNoise: SmoothNoise;
  readonly #feeder: Feeder;
  readonly #agenda = new Agenda<() => void>();
  readonly #events = new EventLog();
  #nowMonoMs: number;
  #commandsCount = 0;
  #startsCount = 0;
  #stopsCount = 0;
  #blackoutsCount = 0;

  constructor({ seed, scenario, miners, startMonoMs, site }: PlantOptions) {
    const random = seededRandom(seed);
    const facts = { ...typicalSite, ...site };
    const ratedW = miners.reduce((sumW, spec) => sumW + spec.ratedW, 0);
    this.#startMonoMs = startMonoMs;
    this.#nowMonoMs = startMonoMs;
    this.#grid = createGrid(scenario.grid, scenario.nominalHz, random.fork("grid"));
    const voltageSpan = { shortestMs: 900, longestMs: 180_000 };
    this.#voltageNoise = smoothNoise(random.fork("voltage"), voltageSpan);
    this.#feeder = new Feeder(facts, ratedW, random.fork("base"), startMonoMs);
    const surroundings = this.#surroundings();
    this.miners = miners.map((spec, index) => {
      const phase = spec.phase ?? assertDefined(phases[index % phases.length], "three phases");
      const chance = random.fork(`miner/${spec.id}`);
      return new MinerBody(spec, phase, surroundings, chance, startMonoMs);
    });
    this.#minersById = new Map(this.miners.map((miner) => [miner.id, miner]));
    assert(this.#minersById.size === miners.length, "every miner has its own id");
    this.#feeder.settleHeat();
    this.#followVoltage();
  }

  miner(id: string): SimulatedMiner | undefined {
    return this.#minersById.get(id);
  }

  advanceTo(monoMs: number): void {
    assert(Number.isFinite(monoMs), "the plant moves to a finite instant");
    for (;;) {
      const gridMonoMs = this.#startMonoMs + this.#grid.nextDueMs();
      const agendaMonoMs = this.#agenda.nextDueMonoMs();
      if (Math.min(gridMonoMs, agendaMonoMs) > monoMs) break;
      if (agendaMonoMs <= gridMonoMs) {
        this.#nowMonoMs = agendaMonoMs;
        this.#agenda.takeNext()?.();
      } else {
        this.#nowMonoMs = gridMonoMs;
        this.#grid.step(this.#feeder.powerKw(gridMonoMs));
        this.#followVoltage();
      }
    }
    this.#nowMonoMs = Math.max(this.#nowMonoMs, monoMs);
  }

  gridAt(monoMs: number): GridState {
    this.advanceTo(monoMs);
    const offsetMs = this.#nowMonoMs - this.#startMonoMs;
    const { frequencyHz, voltageRatios } = this.#grid.stateAt(offsetMs);
    const breath = 1 + voltageNoiseRatio * this.#voltageNoise.at(offsetMs);
    const [l1, l2, l3] = voltageRatios;
    return { frequencyHz, voltageRatios: [l1 * breath, l2 * breath, l3 * breath] };
  }

  feederAt(monoMs: number): FeederState {
    const grid = this.gridAt(monoMs);
    return this.#feeder.stateAt(this.#nowMonoMs, grid);
  }

  minersKwAt(monoMs: number): number {
    this.advanceTo(monoMs);
    return this.#feeder.minersKw(this.#nowMonoMs);
  }

  minersKwOn(feeder: string, monoMs: number): number {
    this.advanceTo(monoMs);
    return this.#feeder.minersKwOn(feeder, this.#nowMonoMs);
  }

  availableKwAt(monoMs: number): number | undefined {
    this.advanceTo(monoMs);
    return this.#grid.availableKw(this.#nowMonoMs - this.#startMonoMs);
  }

  containerCAt(monoMs: number): number {
    this.advanceTo(monoMs);
    return this.#feeder.containerC(this.#nowMonoMs);
  }

  drainEvents(): readonly PlantEvent[] {
    return this.#events.drain();
  }

  counts(): PlantCounts {
    return {
      commandsCount: this.#commandsCount,
      startsCount: this.#startsCount,
      stopsCount: this.#stopsCount,
      blackoutsCount: this.#blackoutsCount,
      eventsDroppedCount: this.#events.droppedCount,
    };
  }

  #surroundings(): MinerSurroundings {
    return {
      advanceTo: (monoMs) => {
        this.advanceTo(monoMs);
        return this.#nowMonoMs;
      },
      containerC: () => this.#feeder.containerC(this.#nowMonoMs),
      changePower: ({ phase, spec }, old, next) =>
        this.#feeder.change({ phase, feeder: spec.feeder }, old, next, this.#nowMonoMs),
      schedule: (dueMonoMs, run) => this.#agenda.add(dueMonoMs, run),
      report: (event) => this.#report(event),
    };
  }

  /** Lets the miners of a phase fall when its voltage goes, and start when it comes back. */
  #followVoltage(): void {
    const { voltageRatios } = this.#grid.stateAt(this.#nowMonoMs - this.#startMonoMs);
    for (const index of phaseIndexes) {
      const isLive = isPhaseLive(voltageRatios, index);
      if (isLive !== this.#feeder.isLive(index)) this.#switchPhase(index, isLive);
    }
  }

  #switchPhase(index: 0 | 1 | 2, isLive: boolean): void {
    const phase: Phase = phases[index];
    const monoMs = this.#nowMonoMs;
    const affected = this.miners.filter((miner) => miner.phase === phase);
    this.#feeder.setLive(index, isLive, monoMs);
    const unitCount = affected.length;
    this.#report(
      isLive
        ? { kind: "power-return", monoMs, phase, unitCount }
        : { kind: "blackout", monoMs, phase },
    );
    for (const miner of affected) {
      if (isLive) miner.regainPower(monoMs);
      else miner.losePower(monoMs);
    }
  }

  #report(event: PlantEvent): void {
    if (event.kind === "command") this.#commandsCount += 1;
    if (event.kind === "blackout") this.#blackoutsCount += 1;
    if (event.kind === "mode" && event.to === "starting") this.#startsCount += 1;
    if (event.kind === "mode" && isRunning(event.from) && !isRunning(event.to)) {
      this.#stopsCount += 1;
    }
    this.#events.add(event);
  }
}

const isPhaseLive = (voltageRatios: PerPhase, index: 0 | 1 | 2): boolean =>
  voltageRatios[index] > liveAboveRatio;

const isRunning = (mode: string): boolean => mode === "hashing" || mode === "starting";
