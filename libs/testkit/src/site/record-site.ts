import * as topics from "@ballast/contracts";
import { defaultSettings, type Heard, Recorder, type RecorderSettings } from "@ballast/historian";
import { type MemoryStore, memoryStore } from "@ballast/history";
import { assert } from "@ballast/kernel";
import type { SimulatedSite } from "./build-site.ts";

export interface Recording {
  readonly recorder: Recorder;
  readonly store: MemoryStore;
  /** Waits until everything that was recorded is in the store. */
  settle(): Promise<void>;
}

const tickMs = 1_000;

/** A recorder that listens to a simulated site as the historian does, with a store in memory. */
export async function recordSite(
  site: SimulatedSite,
  settings: Partial<RecorderSettings> = {},
): Promise<Recording> {
  const { clock } = site;
  const now = () => ({ atMs: clock.wallMs(), monoMs: clock.monotonicMs() });
  const recorder = new Recorder({ ...defaultSettings, ...settings }, { now: now() });
  const store = memoryStore();
  const write = async (): Promise<void> => {
    const { records } = recorder.take();
    const written = await store.write(records);
    assert(written.ok, "a store in memory takes everything");
  };
  const bus = site.openReader();
  const hear = (heard: Heard, monoMs: number): void =>
    recorder.hear(heard, { atMs: clock.wallMs(), monoMs });
  await bus.subscribe(topics.gridFrequency, ({ params, payload, receivedMonoMs }) =>
    hear({ kind: "gridFrequency", meterId: params.meterId, payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.gridReading, ({ params, payload, receivedMonoMs }) =>
    hear({ kind: "gridReading", meterId: params.meterId, payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.loadTarget, ({ payload, receivedMonoMs }) =>
    hear({ kind: "loadTarget", payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.loadDecision, ({ payload, receivedMonoMs }) =>
    hear({ kind: "loadDecision", payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.fleetStatus, ({ params, payload, receivedMonoMs }) =>
    hear({ kind: "fleetStatus", fleetId: params.fleetId, payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.minerStatus, ({ params, payload, receivedMonoMs }) =>
    hear({ kind: "minerStatus", minerId: params.minerId, payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.minerCycle, ({ payload, receivedMonoMs }) =>
    hear({ kind: "minerCycle", payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.serviceStatus, ({ params, payload, receivedMonoMs }) =>
    hear({ kind: "serviceStatus", service: params.service, payload }, receivedMonoMs),
  );
  await bus.subscribe(topics.serviceAlarm, ({ params, payload, receivedMonoMs }) =>
    hear({ kind: "serviceAlarm", service: params.service, payload }, receivedMonoMs),
  );
  clock.every(tickMs, "recorder", async () => {
    recorder.tick(now());
    await write();
  });
  return {
    recorder,
    store,
    settle: async () => {
      recorder.flush(now());
      await write();
    },
  };
}
