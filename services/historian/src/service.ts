import {
  fleetStatus,
  gridEvent,
  gridFrequency,
  gridReading,
  historyReceipt,
  historyStatus,
  loadDecision,
  loadTarget,
  minerCycle,
  minerFacts,
  minerStatus,
  powerSample,
  powerSupply,
  serviceAlarm,
  serviceStatus,
  type Topic,
} from "@ballast/contracts";
import type { HistoryStore } from "@ballast/history";
import type { Fault } from "@ballast/kernel";
import { openOutbox } from "@ballast/outbox";
import { defineService, type ServiceContext, tellDiskTrouble } from "@ballast/runtime";
import { HistorianConfig, retentionOf, settingsOf } from "./config.ts";
import { DatabaseWatch } from "./database-watch.ts";
import { type Intake, openIntake } from "./intake.ts";
import { type HistorianPorts, realPorts } from "./ports.ts";
import { Receipts } from "./receipts.ts";
import { SetAside } from "./set-aside.ts";
import { Shipper } from "./shipper.ts";

const tickMs = 1_000;
const statusPeriodMs = 5_000;
const tendPeriodMs = 3_600_000;
const bytesPerMegabyte = 1_048_576;

const published = [historyReceipt, historyStatus, gridEvent] as const;
const heard = [
  gridFrequency,
  gridReading,
  loadTarget,
  loadDecision,
  fleetStatus,
  minerFacts,
  minerStatus,
  minerCycle,
  powerSupply,
  powerSample,
  serviceStatus,
  serviceAlarm,
] as const;
type Context = ServiceContext<
  HistorianConfig,
  (typeof published)[number],
  (typeof heard)[number],
  HistorianPorts
>;

export const historian = defineService({
  name: "historian",
  summary: "Remembers what happened on site: on disk first, then in the database.",
  config: HistorianConfig,
  environment: { postgresUrl: "POSTGRES_URL", postgresUrlFile: "POSTGRES_URL_FILE" },
  publishes: published,
  subscribes: heard,
  ports: realPorts,

  async start(context) {
    const { alarms, clock, config, log, metrics, publish, site, storage } = context;
    const outbox = await openOutbox({
      storage,
      folder: "outbox",
      bytesMax: config.diskMaxMb * bytesPerMegabyte,
      onTrouble: (fault) => tellDiskTrouble(alarms, "outbox", fault),
    });
    const receipts = new Receipts({
      clock,
      publish: (service, receipt) => void publish(historyReceipt, { service }, receipt),
    });
    const intake = await openIntake({
      outbox,
      receipts,
      storage,
      clock,
      metrics,
      settings: settingsOf(config, site),
      onGridEvent: (kind, { atMs, endedAtMs, id, nadirHz }) =>
        void publish(
          gridEvent,
          {},
          { atMs: clock.wallMs(), eventId: id, kind, startedAtMs: atMs, endedAtMs, nadirHz },
        ),
    });
    const watch = new DatabaseWatch({ outbox, clock, alarms, behindCount: config.batchMaxCount });
    const setAside = new SetAside(storage);
    const raiseSetAside = (why: string): void => alarms.raise("history.refused", "records", why);
    if (await setAside.hasAny()) raiseSetAside("records were set aside earlier");
    const store = await storeFor(context);
    const shipper =
      store === undefined
        ? undefined
        : new Shipper({
            ...{ outbox, store, setAside, clock, log, metrics, random: context.random },
            batchMaxCount: config.batchMaxCount,
            periodMs: config.shipPeriodMs,
            onOutcome: (fault) => watch.onOutcome(fault),
            onSetAside: raiseSetAside,
          });
    if (store === undefined) watch.onOutcome(noDatabase);
    await listen(context, intake);
    const tend = async (): Promise<void> => {
      await store?.tend(clock.wallMs(), retentionOf(config));
    };
    const cancels = [
      clock.every(tickMs, "historian", () => {
        watch.tick();
        return intake.tick();
      }),
      clock.every(statusPeriodMs, "history-status", async () => {
        metrics.gauge("ballast_history_waiting_records", outbox.waitingCount);
        await publish(historyStatus, {}, await watch.status(shipper?.shippedCount ?? 0));
      }),
      clock.every(tendPeriodMs, "history-tend", tend),
    ];
    void tend();
    void shipper?.run();
    return {
      stop: async () => {
        for (const cancel of cancels) cancel();
        shipper?.stop();
        await intake.stop();
        receipts.flush();
        await store?.close();
        await outbox.close();
      },
    };
  },
});

const noDatabase: Fault = {
  code: "database.away",
  detail: "no database is configured: records are kept on disk only",
};

async function storeFor({ config, log, ports }: Context): Promise<HistoryStore | undefined> {
  const { postgresUrl, postgresUrlFile } = config;
  if (postgresUrl !== undefined) return ports.openStore(postgresUrl.reveal());
  if (postgresUrlFile === undefined) {
    log.warn("no-database", { detail: noDatabase.detail });
    return undefined;
  }
  const text = await ports.readText(postgresUrlFile);
  if (text.ok) return ports.openStore(text.value.trim());
  throw new Error(`${postgresUrlFile} cannot be read: ${text.fault.detail}`);
}

/** Exactly one service writes what is kept, and its receipts go there. */
const writerOf = ({ publishers }: Topic): string => publishers[0] ?? "";

async function listen({ clock, subscribe }: Context, intake: Intake): Promise<void> {
  await subscribe(minerCycle, ({ payload, receivedMonoMs }) => {
    const kept = { service: writerOf(minerCycle), id: payload.cycleId };
    void intake.hearKept({ kind: "minerCycle", payload }, kept, receivedMonoMs);
  });
  await subscribe(loadDecision, ({ payload, receivedMonoMs }) => {
    const kept = { service: writerOf(loadDecision), id: payload.decisionId };
    void intake.hearKept({ kind: "loadDecision", payload }, kept, receivedMonoMs);
  });
  await subscribe(gridFrequency, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "gridFrequency", ...params, payload }, receivedMonoMs),
  );
  await subscribe(gridReading, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "gridReading", ...params, payload }, receivedMonoMs),
  );
  await subscribe(loadTarget, ({ payload, receivedMonoMs }) =>
    intake.hear({ kind: "loadTarget", payload }, receivedMonoMs),
  );
  await subscribe(fleetStatus, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "fleetStatus", ...params, payload }, receivedMonoMs),
  );
  await subscribe(minerStatus, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "minerStatus", ...params, payload }, receivedMonoMs),
  );
  await subscribe(powerSupply, ({ payload, receivedMonoMs }) =>
    intake.hear({ kind: "powerSupply", payload }, receivedMonoMs),
  );
  await subscribe(powerSample, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "powerSample", ...params, payload }, receivedMonoMs),
  );
  await subscribe(serviceStatus, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "serviceStatus", ...params, payload }, receivedMonoMs),
  );
  await subscribe(serviceAlarm, ({ params, payload, receivedMonoMs }) =>
    intake.hear({ kind: "serviceAlarm", service: params.service, payload }, receivedMonoMs),
  );
  await subscribe(minerFacts, ({ params, payload: { atMs, ...facts } }) =>
    intake.add({
      kind: "miner",
      id: params.minerId,
      atMs,
      updatedAtMs: clock.wallMs(),
      ...facts,
    }),
  );
}
