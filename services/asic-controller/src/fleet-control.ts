import type { Clock, Result } from "@ballast/kernel";
import { faultCatalogue } from "@ballast/kernel";
import type { MinerReading } from "@ballast/miner-drivers";
import type { Traffic } from "./config.ts";
import { allocate, type Carries, type Choice, type WakeBatch } from "./core/allocate.ts";
import type { Standing } from "./core/cycle-record.ts";
import { Fleet } from "./core/fleet.ts";
import { type Following, follow } from "./core/lost-target.ts";
import { isConfirmed, nextStep } from "./core/next-step.ts";
import { miss, observe } from "./core/observe.ts";
import { noCarry } from "./core/phase-share.ts";
import { reconcile } from "./core/reconcile.ts";
import type { Unit, UnitState } from "./core/unit.ts";
import { afterRest, afterStop, type Wear } from "./core/wear.ts";
import type { Wish } from "./devices.ts";
import type { Policy } from "./policy.ts";

/** A wish that changed: it goes into the journal, and out on the bus. */
export interface Turn {
  readonly unit: Unit;
  readonly kind: Standing;
  readonly wear: Wear;
  readonly reason: string;
  /** A miner was told to stop or to start: the bus hears of it, too. */
  readonly isCycle: boolean;
  readonly decisionId: string | undefined;
}

export interface FleetEffects {
  command(index: number, wish: Wish): void;
  read(index: number): void;
  lastAskedMonoMs(index: number): number | undefined;
  /** Resolves when the turns are on disk, or will not be. */
  record(turns: readonly Turn[]): Promise<void>;
  onChange(unit: Unit): void;
}

export interface TargetSeen {
  readonly targetW: number;
  readonly isFullRating: boolean;
  /** What the supply leaves for miners, where the site follows it. */
  readonly supplyW: number | undefined;
  /** Room below the target is no permission: a unit that seemed stuck may leave some mid-event. */
  readonly isCalm: boolean;
  readonly trueAtMonoMs: number;
  readonly decisionId: string;
}

interface Options {
  readonly units: readonly Unit[];
  /** What the journal said of each miner when the controller started. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** How long the controller was away; undefined when there is no telling. */
  readonly outageMs: number | undefined;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly traffic: Traffic;
  readonly effects: FleetEffects;
}

const wakeLookMs = 1_000;

/** Holds the fleet's book, asks the pure rules what to do, and hands it to the effects. */
export class FleetControl {
  readonly fleet: Fleet;
  readonly #options: Options;
  readonly #startedMonoMs: number;
  /** Units whose last wish is not proven yet. Few, except during a shed. */
  readonly #unproven = new Set<number>();
  #target: TargetSeen | undefined;
  #lostFromW: number | undefined;
  #carries: Carries = { sleeps: noCarry, wakes: noCarry };
  #wakeBatches: readonly WakeBatch[] = [];
  #nextWakeLookMonoMs = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#startedMonoMs = options.clock.monotonicMs();
    this.fleet = new Fleet(options.units);
  }

  get targetW(): number | undefined {
    return this.#target === undefined && this.#lostFromW === undefined
      ? undefined
      : this.following().targetW;
  }

  following(): Following {
    const memory = {
      targetW: this.#target?.targetW,
      trueAtMonoMs: this.#target?.trueAtMonoMs ?? this.#startedMonoMs,
      lostFromW: this.#lostFromW,
    };
    const { clock, policy } = this.#options;
    return follow(memory, this.fleet.ratedW, clock.monotonicMs(), policy);
  }

  /** Stops go out before this returns. */
  onTarget(target: TargetSeen): void {
    // A retained or delayed message may tell of an older time than what is known already.
    if (this.#target !== undefined && target.trueAtMonoMs < this.#target.trueAtMonoMs) return;
    this.#target = target;
    this.#decide();
  }

  /** For what time alone brings about: late miners, lost targets, due batches. */
  tick(): void {
    for (const index of this.#unproven) {
      this.#askAgain(index);
      this.#follow(index);
    }
    this.#decide();
  }

  onReading(index: number, reading: MinerReading, askedMonoMs: number): void {
    const before = this.fleet.unit(index);
    this.#change(index, observe(before, reading, askedMonoMs, this.#options.policy));
    this.#reconcile(index);
    this.#follow(index);
  }

  onMiss(index: number): void {
    const { clock, policy } = this.#options;
    const unit = this.fleet.unit(index);
    this.#change(index, miss(unit, clock.monotonicMs(), this.#startedMonoMs, policy));
  }

  /** Its feeder's meter shows that it sleeps. */
  onProvenAsleep(index: number): void {
    if (this.fleet.unit(index).state.isProvenByFeeder) return;
    this.#change(index, { isProvenByFeeder: true });
    this.#follow(index);
  }

  onAnswer(index: number, wish: Wish, answer: Result<void>): void {
    const { state } = this.fleet.unit(index);
    const isCurrent = (wish === "sleep") === (state.wanted === "sleep");
    if (state.attempt === undefined || !isCurrent) return; // It answers an older wish.
    const isHopeless = !answer.ok && faultCatalogue[answer.fault.code].retry === "never";
    const outcome = answer.ok ? "accepted" : isHopeless ? "refused" : "failed";
    // In a large shed a command may have waited for its turn: its effect counts from the answer.
    const lastMonoMs = answer.ok ? this.#options.clock.monotonicMs() : state.attempt.lastMonoMs;
    this.#change(index, { attempt: { ...state.attempt, lastMonoMs, outcome } });
    this.#follow(index);
  }

  #decide(): void {
    const { clock, policy, traffic } = this.#options;
    const nowMonoMs = clock.monotonicMs();
    const { targetW } = this.#followingWithMemory();
    const isLook = nowMonoMs >= this.#nextWakeLookMonoMs;
    const { sleeps, wakes, carries } = allocate(
      {
        nowMonoMs,
        nowAtMs: clock.wallMs(),
        startedMonoMs: this.#startedMonoMs,
        units: this.fleet.units,
        countedW: this.fleet.countedW,
        restingCount: this.fleet.restingCount,
        targetW,
        isWakeAllowed: isLook && this.#mayWake(),
        isFullRating: this.#target?.isFullRating ?? false,
        supplyW: this.#target?.supplyW,
        wakeBatches: this.#wakeBatches,
        wakesUnderWayMaxCount: traffic.commandsParallelCount,
        carries: this.#carries,
      },
      policy,
    );
    this.#carries = carries;
    if (sleeps.length > 0) this.#stop(sleeps);
    else if (wakes.length > 0) this.#wake(wakes);
    else if (isLook) this.#nextWakeLookMonoMs = nowMonoMs + wakeLookMs;
  }

  #followingWithMemory(): Following {
    const following = this.following();
    if (!following.isLost) {
      this.#lostFromW = undefined;
      return following;
    }
    if (this.#lostFromW !== undefined) return following;
    this.#lostFromW = this.fleet.countedW;
    return this.following();
  }

  #mayWake(): boolean {
    const { clock, policy } = this.#options;
    const { isFresh, isLost } = this.following();
    const isSettledIn = clock.monotonicMs() - this.#startedMonoMs >= policy.bootHoldMs;
    const isCalm = this.#target?.isCalm ?? false;
    return isFresh && !isLost && isCalm && isSettledIn && this.fleet.isReadBack;
  }

  /** Commands first: the grid waits for them, and for nothing else. */
  #stop(choices: readonly Choice[]): void {
    const { clock, effects } = this.#options;
    const nowMonoMs = clock.monotonicMs();
    const nowAtMs = clock.wallMs();
    const turns: Turn[] = [];
    for (const { unit, reason } of choices) {
      const { index } = unit.facts;
      const wear = afterStop(unit.state.wear, nowAtMs);
      const changed = this.#change(index, {
        ...told("sleep", nowMonoMs),
        lastOffMonoMs: nowMonoMs,
        hashingSinceMonoMs: undefined,
        wear,
      });
      effects.command(index, "sleep");
      turns.push(this.#turn(changed, "off", reason, true));
    }
    void effects.record(turns);
  }

  /** A wake is never urgent: its record is on disk before the miner hears of it. */
  #wake(choices: readonly Choice[]): void {
    const { clock, effects } = this.#options;
    const nowMonoMs = clock.monotonicMs();
    this.#wakeBatches = [
      ...this.#wakeBatches.filter(({ atMonoMs }) => nowMonoMs - atMonoMs <= 60_000),
      { atMonoMs: nowMonoMs, count: choices.length },
    ];
    const turns = choices.map(({ unit, reason }) =>
      this.#turn(this.#change(unit.facts.index, told("run", nowMonoMs)), "waking", reason, true),
    );
    void effects.record(turns).then(() => {
      for (const { unit } of turns) {
        const current = this.fleet.unit(unit.facts.index);
        const { attempt, wanted } = current.state;
        // The grid may have turned while the disk was busy.
        const isOther = attempt !== undefined && attempt !== unit.state.attempt;
        if (wanted !== "run" || isOther) continue;
        if (this.#mayWake()) effects.command(unit.facts.index, "wake");
        else this.#rest(current, "no longer calm", {});
      }
    });
  }

  #follow(index: number): void {
    const { clock, effects, policy } = this.#options;
    const unit = this.fleet.unit(index);
    const { attempt, wakeFailuresCount, wanted } = unit.state;
    const nowMonoMs = clock.monotonicMs();
    const step = nextStep(unit, nowMonoMs, policy);
    switch (step.kind) {
      case "hold":
        if (step.why === "confirmed") this.#prove(unit);
        return;
      case "apply": {
        const firstMonoMs = attempt?.firstMonoMs ?? nowMonoMs;
        const count = (attempt?.count ?? 0) + 1;
        const next = { count, firstMonoMs, lastMonoMs: nowMonoMs, outcome: "pending" } as const;
        // Told to sleep again, it was running until now: its rest begins anew.
        this.#change(index, {
          attempt: next,
          ...(wanted === "sleep" && { lastOffMonoMs: nowMonoMs }),
        });
        effects.command(index, wanted === "sleep" ? "sleep" : "wake");
        return;
      }
      case "mark-unresponsive":
        this.#change(index, { isUnresponsive: true });
        return;
      case "abandon-wake":
        this.#rest(unit, "did not wake", { wakeFailuresCount: wakeFailuresCount + 1 });
    }
  }

  #prove(unit: Unit): void {
    const { attempt, isUnresponsive, wanted } = unit.state;
    if (attempt === undefined && !isUnresponsive) return;
    const hasWoken = wanted === "run" && attempt !== undefined;
    const proven = { attempt: undefined, isUnresponsive: false };
    const changed = this.#change(
      unit.facts.index,
      hasWoken ? { ...proven, wakeFailuresCount: 0 } : proven,
    );
    if (hasWoken) void this.#options.effects.record([this.#turn(changed, "on", "seen running")]);
  }

  #reconcile(index: number): void {
    const { clock, effects, outageMs, policy, standings } = this.#options;
    const unit = this.fleet.unit(index);
    // A stop of before a crash may take a while to show: the first readings may still see it run.
    const isEarly = clock.monotonicMs() - this.#startedMonoMs <= policy.reconcileMs;
    const standing = isEarly ? standings.get(unit.facts.id) : undefined;
    switch (reconcile(unit, standing, outageMs, policy)) {
      case "nothing":
        return;
      case "our-stop":
        this.#rest(unit, "reconciled", { wear: afterStop(unit.state.wear, this.#wallMs()) });
        return;
      case "our-idle-wake":
        this.#rest(unit, "woke nobody", {});
        return;
      case "taken-over":
        this.#rest(unit, "taken over", {});
        return;
      case "stopped-by-others": {
        const changed = this.#change(index, { isStoppedByOthers: true });
        void effects.record([this.#turn(changed, "others", "stopped by others")]);
        return;
      }
      case "returned": {
        const changed = this.#change(index, { isStoppedByOthers: false });
        void effects.record([this.#turn(changed, "on", "started by others")]);
      }
    }
  }

  /** It rests, and from now on that is what is wanted of it. No command is needed. */
  #rest(unit: Unit, reason: string, changes: Partial<UnitState>): void {
    const { clock, effects } = this.#options;
    const changed = this.#change(unit.facts.index, {
      wanted: "sleep",
      attempt: undefined,
      isStoppedByOthers: false,
      lastOffMonoMs: clock.monotonicMs(),
      wear: afterRest(unit.state.wear, clock.wallMs()),
      ...changes,
    });
    const isCycle = changed.state.wear.cyclesCount > unit.state.wear.cyclesCount;
    void effects.record([this.#turn(changed, "off", reason, isCycle)]);
  }

  #askAgain(index: number): void {
    const { clock, effects, traffic } = this.#options;
    const { attempt, isUnresponsive } = this.fleet.unit(index).state;
    if (attempt === undefined || attempt.outcome === "pending" || isUnresponsive) return;
    const nowMonoMs = clock.monotonicMs();
    if (nowMonoMs - attempt.firstMonoMs > traffic.confirmForMs) return;
    const lastMonoMs = effects.lastAskedMonoMs(index) ?? -Infinity;
    if (nowMonoMs - lastMonoMs >= traffic.confirmMs) effects.read(index);
  }

  #change(index: number, changes: Partial<UnitState>): Unit {
    const unit = this.fleet.change(index, changes);
    const isProven = isConfirmed(unit) && unit.state.attempt === undefined;
    if (isProven) this.#unproven.delete(index);
    else this.#unproven.add(index);
    this.#options.effects.onChange(unit);
    return unit;
  }

  #turn(unit: Unit, kind: Standing, reason: string, isCycle = false): Turn {
    const decisionId = this.#target?.decisionId;
    return { unit, kind, wear: unit.state.wear, reason, isCycle, decisionId };
  }

  #wallMs(): number {
    return this.#options.clock.wallMs();
  }
}

const told = (wanted: "run" | "sleep", nowMonoMs: number): Partial<UnitState> => ({
  wanted,
  attempt: { count: 1, firstMonoMs: nowMonoMs, lastMonoMs: nowMonoMs, outcome: "pending" },
  isUnresponsive: false,
  isProvenByFeeder: false,
});
