import { type MemoryStorage, memoryStorage, silentLog, virtualClock } from "@ballast/kernel";
import { type Journal, journalIn } from "@ballast/runtime";
import { expect, test } from "@jest/globals";

function open() {
  const clock = virtualClock();
  const storage = memoryStorage();
  const troubles: (string | undefined)[] = [];
  let headerCount = 0;
  const journal: Journal = journalIn({ storage, clock, log: silentLog })({
    folder: "decisions",
    header: () => {
      headerCount += 1;
      return `header ${headerCount}`;
    },
    onTrouble: (detail) => troubles.push(detail),
  });
  return { clock, storage, journal, troubles };
}

const filesOf = (storage: MemoryStorage): string[][] =>
  [...storage.names()]
    .sort()
    .map((name) => new TextDecoder().decode(storage.contentOf(name)).trimEnd().split("\n"));

test("every file begins with a header, and no line is lost between two files", async () => {
  const { clock, storage, journal } = open();
  const long = "x".repeat(1_000_000);
  for (let count = 0; count < 80; count += 1) {
    journal.append(`${count} ${long}`);
    await clock.advance(700); // Out of step with the flushes.
  }
  await clock.advance(2_000);
  const files = filesOf(storage);
  expect(files.map(([header]) => header)).toEqual(["header 1", "header 2", "header 3"]);
  const numbers = files.flatMap(([, ...lines]) => lines.map((line) => Number(line.split(" ")[0])));
  expect(numbers).toEqual(Array.from({ length: 80 }, (_, index) => index));
});

test("a full disk is told once, and the next file begins with a header again", async () => {
  const { clock, storage, journal, troubles } = open();
  journal.append("one");
  await clock.advance(1_500);
  storage.setFull(true);
  for (const line of ["two", "three"]) {
    journal.append(line);
    await clock.advance(1_500);
  }
  storage.setFull(false);
  journal.append("four");
  await clock.advance(1_500);
  expect(troubles).toEqual(["no space left on device", undefined]);
  expect(filesOf(storage)).toEqual([
    ["header 1", "one"],
    ["header 3", "four"],
  ]);
});
