import type { Clock } from "@ballast/kernel";
import { type ScreenOptions, screen } from "./screen.ts";
import type { SiteModel } from "./site-model.ts";
import { fleetText, kilowattText, supplyText } from "./words.ts";

const framePeriodMs = 200;
const linePeriodMs = 5_000;

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface View {
  readonly model: SiteModel;
  readonly clock: Clock;
  readonly output: Output;
  readonly title: string;
  readonly nominalHz: number;
}

/** A picture that renews itself in place. Returns what puts the terminal back as it was. */
export function showScreen({ model, clock, output, title, nominalHz }: View): () => void {
  const startMonoMs = clock.monotonicMs();
  const draw = (): void => {
    const nowMonoMs = clock.monotonicMs();
    const options: ScreenOptions = {
      title,
      nominalHz,
      nowMonoMs,
      elapsedMs: nowMonoMs - startMonoMs,
      columnCount: output.columns ?? 100,
      rowCount: output.rows ?? 30,
    };
    const lines = screen(model, options).map((line) => `${line}\u001b[K`);
    output.write(`\u001b[H${lines.join("\r\n")}\u001b[J`);
  };
  output.write("\u001b[?1049h\u001b[?25l"); // A page of its own, without the cursor.
  draw();
  const stop = clock.every(framePeriodMs, "screen", draw);
  return () => {
    stop();
    output.write("\u001b[?25h\u001b[?1049l");
  };
}

/** For logs and pipes: one line every few seconds. Decisions and alarms come as they happen. */
export function showLines({ model, clock, output }: View): () => void {
  return clock.every(linePeriodMs, "lines", () => {
    const good = [...model.meters.values()].filter(({ quality }) => quality === "good");
    const lowestHz = Math.min(...good.map(({ frequencyHz }) => frequencyHz ?? Infinity));
    const heard = Number.isFinite(lowestHz) ? `${lowestHz.toFixed(3)} Hz` : "no frequency";
    const target = model.target === undefined ? "none" : kilowattText(model.target.targetKw);
    const measured = model.fleet === undefined ? "unknown" : kilowattText(model.fleet.measuredKw);
    output.write(`${heard}  target ${target}  measured ${measured}  ${fleetText(model)}\n`);
    if (model.supply !== undefined) output.write(`  supply ${supplyText(model.supply)}\n`);
  });
}
