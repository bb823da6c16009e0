import { type Connection, connect, postgresStore } from "@ballast/history";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { cycleAt, oneOfEach } from "./sample-records.ts";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

const atMs = Date.UTC(2026, 1, 3);
let postgres: TestPostgres;
let url: string;
beforeAll(async () => {
  postgres = await openTestPostgres();
});
afterAll(() => postgres.close());
beforeEach(async () => {
  url = await postgres.freshDatabase();
});

async function write(to = url) {
  const store = postgresStore({ url: to });
  const written = await store.write(oneOfEach(atMs));
  await store.close();
  return written;
}

async function asOwner<Value>(run: (connection: Connection) => Promise<Value>): Promise<Value> {
  const connection = await connect(url);
  try {
    return await run(connection);
  } finally {
    await connection.close();
  }
}

test("programs that start together make the tables once", async () => {
  const counts: number[] = [];
  const stores = Array.from({ length: 4 }, () =>
    postgresStore({ url, onConnected: ({ appliedCount }) => counts.push(appliedCount) }),
  );
  const written = await Promise.all(
    stores.map((store, index) => store.write([cycleAt(atMs + index)])),
  );
  await Promise.all(stores.map((store) => store.close()));
  expect(written.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  expect(counts.filter((count) => count > 0)).toHaveLength(1);
});

test.each([
  [
    "newer than the program",
    "insert into ballast.migrations (number, name, checksum) values (999, '0999-later.sql', '')",
    /newer Ballast: it is at step 999/,
  ],
  [
    "of another program",
    "update ballast.migrations set checksum = 'other' where number = 1",
    /another Ballast: its step 1 is not our 0001-tables/,
  ],
])("a database that is %s is refused with a sentence", async (_, change, sentence) => {
  await write();
  await asOwner((connection) => connection.query(change));
  expect(await write()).toMatchObject({
    ok: false,
    fault: { code: "database.refused", detail: expect.stringMatching(sentence) },
  });
});

/** A user with one of our roles, as an administrator makes them. */
async function userWith(role: string): Promise<string> {
  const name = `user_of_${role}`;
  await asOwner(async (connection) => {
    await connection.query(`drop role if exists ${name}`);
    await connection.query(`create role ${name} login password 'x' in role ${role}`);
  });
  const theirs = new URL(url);
  theirs.username = name;
  theirs.password = "x";
  return theirs.href;
}

test("a writer writes any month, and can neither change tables nor delete", async () => {
  await write();
  const theirs = await userWith("ballast_writer");
  const store = postgresStore({ url: theirs });
  for (const offset of [0, 500, -500]) {
    const records = oneOfEach(atMs + offset * 86_400_000);
    expect(await store.write(records)).toMatchObject({ ok: true });
  }
  expect(await store.tend(atMs, { decision: 6 })).toMatchObject({ ok: true });
  await store.close();
  const connection = await connect(theirs);
  for (const statement of [
    "delete from ballast.cycles",
    "truncate ballast.cycles",
    "drop table ballast.cycles",
    "create table ballast.mine ()",
    "update ballast.migrations set checksum = ''",
    "select ballast.forget_before('cycles', now())",
    "select ballast.forget_before('migrations', '2020-01-01')",
    "select ballast.ensure_month('pg_class', now())",
  ]) {
    await expect(connection.query(statement)).rejects.toThrow();
  }
  await connection.close();
});

test("a reader reads, also tables and months that came later, and nothing else", async () => {
  await write();
  const connection = await connect(await userWith("ballast_reader"));
  const store = postgresStore({ url });
  await store.write([cycleAt(atMs + 900 * 86_400_000)]);
  await store.close();
  expect(await connection.query("select from ballast.cycles")).toHaveLength(2);
  for (const statement of [
    "insert into ballast.commands values ('a', now(), now(), '', '', '')",
    "update ballast.cycles set reason = ''",
    "select ballast.ensure_month('cycles', '2040-01-01')",
  ]) {
    await expect(connection.query(statement)).rejects.toThrow(/permission denied/);
  }
  await connection.close();
});

test("the owner's own session ships with the rights of a writer", async () => {
  await write();
  const rows = await asOwner(async (connection) => {
    await connection.query("alter table ballast.commands add column by text default current_user");
    const store = postgresStore({ url });
    await store.write(oneOfEach(atMs + 1));
    await store.close();
    return connection.query("select by from ballast.commands order by at desc limit 1");
  });
  expect(rows).toEqual([{ by: "ballast_writer" }]);
});

test("where roles may not be made, everything works without them", async () => {
  await asOwner(async (connection) => {
    await connection.query("drop role if exists plain_owner");
    await connection.query("create role plain_owner login password 'x'");
    const name = new URL(url).pathname.slice(1);
    await connection.query(`grant create, connect on database ${name} to plain_owner`);
  });
  const theirs = new URL(url);
  theirs.username = "plain_owner";
  theirs.password = "x";
  expect(await write(theirs.href)).toMatchObject({ ok: true });
});

test("a wrong password and a database that is not there are an absence, and say so", async () => {
  const wrong = new URL(url);
  wrong.password = "wrong";
  expect(await write(wrong.href)).toMatchObject({
    ok: false,
    fault: { code: "database.away", detail: expect.stringContaining("password") },
  });
  wrong.href = url;
  wrong.pathname = "/nowhere";
  expect(await write(wrong.href)).toMatchObject({
    ok: false,
    fault: { code: "database.away", detail: expect.stringContaining("nowhere") },
  });
});

test("a table that is gone stops the shipping, and puts no record aside", async () => {
  await write();
  await asOwner((connection) => connection.query("drop table ballast.cycles"));
  expect(await write()).toMatchObject({ ok: false, fault: { code: "database.refused" } });
});
