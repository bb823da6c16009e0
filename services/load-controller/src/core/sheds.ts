import type { GridView } from "./grid-view.ts";
import type { Law } from "./law.ts";
import type { LossVerdict } from "./loss.ts";
import type { Picture } from "./picture.ts";
import type { State } from "./state.ts";
import type { VoltageVerdict } from "./voltage.ts";

/** One rule that wants the load at or below a ceiling, now. */
export interface Shed {
  readonly reason:
    | "emergency"
    | "stage"
    | "kick"
    | "dead-bus"
    | "frequency-lost"
    | "fleet-unknown"
    | "low-voltage"
    | "boot";
  readonly owner: State["gridCapOwner"];
  readonly capW: number;
}

interface Findings {
  readonly view: GridView;
  readonly loss: LossVerdict;
  readonly voltage: VoltageVerdict;
  readonly picture: Picture;
}

/** What the rules want shed. Of those that want the same, the first gives the reason. */
export function shedsFor(
  before: State,
  { view, loss, voltage, picture }: Findings,
  law: Law,
): readonly Shed[] {
  const sheds: Shed[] = [];
  const add = (reason: Shed["reason"], capW: number, owner: Shed["owner"] = "frequency"): void => {
    sheds.push({ reason, owner, capW });
  };
  const presentW = runningW(before, picture, law);
  // A start takes over what runs, and no more.
  const { fleet } = picture;
  if (!before.loss.isFleetKnown && loss.track.isFleetKnown && fleet !== undefined) {
    add("boot", Math.min(fleet.commandedW, law.ratedW), "boot");
  }
  if (view.isEmergency) add("emergency", 0);
  if (view.stage > 0) add("stage", stageCapW(view.stage, law));
  if (view.kickStage > 0) add("kick", stageCapW(view.kickStage, law));
  if (view.isDeadBus) add("dead-bus", 0);
  if (loss.stepCount > 0) {
    const steppedW = presentW - loss.stepCount * law.stageW;
    const reason = view.isAnyGood ? "fleet-unknown" : "frequency-lost";
    add(reason, Math.min(presentW, Math.max(law.safeW, steppedW)));
  }
  if (voltage.stepCount > 0) {
    const steppedW = presentW - voltage.stepCount * law.stageW;
    add("low-voltage", Math.max(0, steppedW), "voltage");
  }
  return sheds;
}

const stageCapW = (stage: number, { stages }: Law): number => stages[stage - 1]?.capW ?? 0;

/** What runs now, as far as we know: steps go down from there, not from a cap far above it. */
const runningW = (
  { gridCapW, targetW }: State,
  { fleet, targetBeforeStartW }: Picture,
  { ratedW }: Law,
): number =>
  Math.min(
    gridCapW ?? targetBeforeStartW ?? ratedW,
    targetW ?? ratedW,
    fleet?.isReadBack === true ? fleet.commandedW : ratedW,
  );
