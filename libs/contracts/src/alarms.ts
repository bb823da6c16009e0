export type Severity = "info" | "warning" | "critical";

interface AlarmMeaning {
  readonly severity: Severity;
  /** In plain words, for somebody woken at night. */
  readonly meaning: string;
  readonly whatToDo: string;
}

/** Every lasting condition that a service can raise and clear. Only these exist. */
export const alarmCatalogue = {
  "meter.lost": {
    severity: "critical",
    meaning: "A grid meter has given no usable frequency for 10 s; load is shed in steps.",
    whatToDo: "Check the meter's power, its network cable and its address; see the reason.",
  },
  "meter.degraded": {
    severity: "warning",
    meaning: "A grid meter has given no usable frequency for 3 s; nothing is switched on.",
    whatToDo: "Watch it; if it becomes lost, check the meter and the network.",
  },
  "meter.dead-bus": {
    severity: "critical",
    meaning: "No phase voltage is present, so the site is without supply, or a fuse is gone.",
    whatToDo: "If lamps are on, check the fuses of the meter's voltage inputs.",
  },
  "meter.frozen": {
    severity: "critical",
    meaning: "A meter has sent the very same values for 15 s while load was on.",
    whatToDo: "Restart the meter or its gateway; a live grid never stands still.",
  },
  "meter.not-commissioned": {
    severity: "warning",
    meaning: "A meter answers, but nobody has confirmed how its frequency is coded.",
    whatToDo: "Run the probe command, compare with the meter's display, set isCommissioned: true.",
  },
  "meter.disagreement": {
    severity: "warning",
    meaning: "Two meters have differed by more than 0.1 Hz for 5 s; nothing is switched on.",
    whatToDo: "Compare both with a third instrument and take the wrong one out of the site file.",
  },
  "grid.no-frequency": {
    severity: "critical",
    meaning: "No meter gives a usable frequency: the site is blind and sheds in steps.",
    whatToDo: "Bring a meter back. Load returns by itself after a minute of good samples.",
  },
  "grid.low-voltage": {
    severity: "warning",
    meaning: "Phase voltages are below 90 % of nominal; nothing is switched on.",
    whatToDo: "Ask the supplier; check the transformer tap and the site's connections.",
  },
  "power.sensor-lost": {
    severity: "warning",
    meaning: "A power sensor is silent, offline or refuses to make sense; it counts as unknown.",
    whatToDo: "Check its power, its network and its topic; see the reason.",
  },
  "power.sensor-suspect": {
    severity: "warning",
    meaning: "A power sensor sends values that contradict themselves or stand still.",
    whatToDo: "Compare it with a clamp meter; check its wiring, ratios and sign.",
  },
  "power.supply-unknown": {
    severity: "critical",
    meaning: "Nothing tells how much power there is; the allowance falls, and nothing is woken.",
    whatToDo: "Bring the supply's sensor back; until then the site runs on its guaranteed power.",
  },
  "power.deficit": {
    severity: "critical",
    meaning: "The site draws more than is available; miners are being stopped.",
    whatToDo: "Check the supply; look for a large consumer that is no miner.",
  },
  "power.engine-underloaded": {
    severity: "info",
    meaning: "A diesel set has run below 30 % of its rating for a minute; it soots.",
    whatToDo: "Give it more load, or run a smaller set.",
  },
  "power.imbalance": {
    severity: "warning",
    meaning: "The feeders' sum and the site's meter disagree; the most likely wrong one is named.",
    whatToDo: "Compare the named sensor with a clamp meter; check its ratio, phase and sign.",
  },
  "power.feeder-not-following": {
    severity: "critical",
    meaning: "A feeder draws more than its miners were told to draw.",
    whatToDo:
      "Look for miners that run without order on that feeder; open it by hand if load must fall.",
  },
  "load.target-stale": {
    severity: "critical",
    meaning: "No current target reaches the miners' controller; it sheds by itself in steps.",
    whatToDo: "Check that the load-controller and the broker run.",
  },
  "miner.unresponsive": {
    severity: "warning",
    meaning: "A miner did not do what it was told; another one was switched in its place.",
    whatToDo: "Look at the miner; switch it off at its outlet if it must be off.",
  },
  "miner.unreachable": {
    severity: "warning",
    meaning: "A miner has not answered several polls; its power counts as drawn.",
    whatToDo: "Check its power, cable and address.",
  },
  "miner.stopped-by-others": {
    severity: "info",
    meaning: "A miner was put to sleep by somebody else; it is left alone.",
    whatToDo: "Wake it by hand if it should run; from then on it takes part again.",
  },
  "miner.worn": {
    severity: "warning",
    meaning: "A miner has reached its daily limit of stops and stays off until midnight UTC.",
    whatToDo: "Find out why load is shed so often; consider a milder profile.",
  },
  "fleet.unresponsive": {
    severity: "critical",
    meaning: "More than a tenth of the miners did not follow a command.",
    whatToDo: "Check the network switch first; open the feeder by hand if load must fall.",
  },
  "journal.failed": {
    severity: "critical",
    meaning: "Cycles or decisions cannot be written to disk; control goes on without a record.",
    whatToDo: "Free disk space, or replace the disk.",
  },
  "history.away": {
    severity: "warning",
    meaning: "The database cannot be reached; records wait on disk and nothing is lost yet.",
    whatToDo: "Check that PostgreSQL runs and that its address and password are right.",
  },
  "history.disk-full": {
    severity: "critical",
    meaning:
      "The disk, or the room set aside for the history, is full: the oldest samples are given up.",
    whatToDo: "Free disk space, and bring the database back so that the backlog can leave.",
  },
  "history.refused": {
    severity: "critical",
    meaning: "The database refuses records; they were set aside on disk.",
    whatToDo: "Look at the detail; run the version of Ballast that made the database's tables.",
  },
  "cache.away": {
    severity: "info",
    meaning: "Redis cannot be reached; the latest readings are kept in memory only.",
    whatToDo: "Check that Redis runs and that its address and password are right.",
  },
  "bus.rejects": {
    severity: "warning",
    meaning: "Messages arrived that do not match their description; they were ignored.",
    whatToDo: "Find the sender: another program, or services of different versions.",
  },
} as const satisfies Record<string, AlarmMeaning>;

export type AlarmCode = keyof typeof alarmCatalogue;
export const alarmCodes = Object.keys(alarmCatalogue) as [AlarmCode, ...AlarmCode[]];
