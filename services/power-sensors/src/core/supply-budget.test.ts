import { describe, expect, test } from "@jest/globals";
import { riverLaw, SupplyPlay } from "../../test/supply-play.ts";

/** All 160 units run beside 12 kW of fans and lights, and the river could give 900. */
const ordinary = { availableKw: 900, siteKw: 572, commandedKw: 560 };

describe("an ordinary day", () => {
  test("what is there, less a tenth, less what others take", () => {
    const play = new SupplyPlay();
    expect(play.hold(ordinary, 90)).toMatchObject({
      state: "covered",
      allowKw: 900,
      reserveKw: 90,
      otherKw: 12,
      capKw: 798,
      siteKw: 572,
      minersKw: 560,
    });
  });

  test("a start takes over what runs and no more, until more was there for a minute", () => {
    const play = new SupplyPlay();
    expect(play.show({ ...ordinary, siteKw: 292, commandedKw: 280 })).toMatchObject({
      state: "holding",
      capKw: 280,
    });
    expect(play.hold({ ...ordinary, siteKw: 292, commandedKw: 280 }, 59).capKw).toBe(280);
    expect(play.hold({ ...ordinary, siteKw: 292, commandedKw: 280 }, 2).capKw).toBe(798);
  });

  test("the kinds keep their own share free, never less than one unit or the spinning reserve", () => {
    const reserveOf = (kind: "grid" | "diesel" | "solar", more = {}) =>
      new SupplyPlay({
        ...riverLaw,
        ...more,
        supplies: [{ id: "s", kind, ratedKw: 1_000, availableFrom: "gauge", loadFrom: undefined }],
      }).show({ ...ordinary, availableKw: 600 }).reserveKw;
    expect(reserveOf("grid")).toBeCloseTo(18);
    expect(reserveOf("diesel")).toBeCloseTo(90);
    expect(reserveOf("solar")).toBeCloseTo(150);
    expect(reserveOf("grid", { spinningReserveKw: 40 })).toBe(40);
    expect(reserveOf("grid", { unitKw: 20 })).toBe(20);
  });

  test("the contract binds where it is the lowest, and a supply without a gauge counts whole", () => {
    const supplies = [
      ...riverLaw.supplies,
      {
        id: "genset",
        kind: "diesel" as const,
        ratedKw: 200,
        availableFrom: undefined,
        loadFrom: undefined,
      },
    ];
    const play = new SupplyPlay({ ...riverLaw, supplies, contractKw: 700 });
    expect(play.hold(ordinary, 2).allowKw).toBe(700);
    expect(play.hold({ ...ordinary, availableKw: 300 }, 2).allowKw).toBe(500);
  });
});

describe("less water", () => {
  test("lowers at once, to the lowest of the last minute", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    expect(play.show({ ...ordinary, availableKw: 500 }).capKw).toBe(438);
    expect(play.hold({ ...ordinary, siteKw: 450, commandedKw: 437.5 }, 55).allowKw).toBe(500);
  });

  test("a steady fall is thought on for as long as miners need to stop; a single step is not", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    play.show({ ...ordinary, availableKw: 880 });
    const capBeforeKw = play.show({ ...ordinary, availableKw: 860 }).capKw;
    expect(capBeforeKw).toBeCloseTo(860 * 0.9 - 12);
    const { capKw, allowKw } = play.show({ ...ordinary, availableKw: 840 });
    expect(allowKw).toBe(840);
    expect(capKw).toBeCloseTo((840 - 8 * 20) * 0.9 - 12);
  });

  test("and more of it counts for nothing until it has been there for a minute", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const low = { availableKw: 500, siteKw: 450, commandedKw: 437.5 };
    const capKw = play.hold(low, 70).capKw;
    const back = { ...low, availableKw: 900 };
    expect(play.hold(back, 59).capKw).toBe(capKw);
    expect(play.hold(back, 3).capKw).toBeGreaterThan(700);
  });

  test("a dip on the way back starts the minute again", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const low = { availableKw: 500, siteKw: 450, commandedKw: 437.5 };
    const capKw = play.hold(low, 70).capKw;
    const back = { ...low, availableKw: 900 };
    play.hold(back, 40);
    play.hold(low, 1);
    expect(play.hold(back, 58).capKw).toBe(capKw);
  });

  test("room for a batch and no spare unit is no reason to start", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const low = { availableKw: 500, siteKw: 450, commandedKw: 437.5 };
    play.hold(low, 70);
    // 437.5 + 14 + 7 = 458.5 are needed; (522 * 0.9) - 12.5 = 457.3.
    expect(play.hold({ ...low, availableKw: 522 }, 200).capKw).toBeLessThan(440);
    expect(play.hold({ ...low, availableKw: 525 }, 130).capKw).toBeGreaterThan(458);
  });
});

describe("what others take", () => {
  test("is not mistaken while miners stop: the meter at the connection point lags by a second", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const low = { availableKw: 400, commandedKw: 346.5 };
    const drawnKw = [560, 510, 460, 410, 370, 350, 346.5, 346.5, 346.5];
    const capsKw = drawnKw.map(
      (power, second) =>
        play.show({ ...low, drawnKw: power, siteKw: (drawnKw[second - 1] ?? 560) + 12 }).capKw,
    );
    expect(Math.min(...capsKw)).toBeCloseTo(400 * 0.9 - 12);
  });

  test("is seen when the miners are at rest, and where they never are, after a minute", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    expect(play.hold({ ...ordinary, siteKw: 622 }, 3).otherKw).toBe(62);
    const restless = (second: number, othersKw: number) => {
      const drawnKw = second % 2 === 0 ? 500 : 540;
      return play.show({ ...ordinary, drawnKw, siteKw: drawnKw + othersKw }).otherKw;
    };
    for (let second = 0; second < 50; second += 1) expect(restless(second, 100)).toBe(62);
    for (let second = 50; second < 65; second += 1) restless(second, 100);
    expect(restless(65, 100)).toBe(100);
  });
});

describe("a deficit", () => {
  test("for two seconds: the miners come down by what is missing up to the reserve", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const mill = { ...ordinary, siteKw: 930 };
    expect(play.show(mill).state).toBe("covered");
    play.show(mill);
    const { state, capKw } = play.show(mill);
    expect(state).toBe("deficit");
    expect(capKw).toBeLessThanOrEqual(560 - (930 - 810) + 1e-9);
  });

  test("of more than 5 %: at the first sample", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const { state, capKw } = play.show({ ...ordinary, siteKw: 946 });
    expect(state).toBe("deficit");
    expect(capKw).toBeCloseTo(560 - (946 - 810));
  });

  test("of miners that draw more than they were told: by their nameplate, as they are stopped", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const tuning = { availableKw: 700, siteKw: 712, commandedKw: 560, drawnKw: 700 };
    const { state, capKw } = play.hold(tuning, 4);
    expect(state).toBe("deficit");
    expect(capKw).toBeCloseTo(560 - (712 - 630));
  });

  test("what was told to stop is not stopped twice while it runs down", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const first = play.show({ ...ordinary, siteKw: 1_000 });
    const commandedKw = Math.floor(first.capKw / 3.5) * 3.5;
    const next = play.show({ ...ordinary, siteKw: 990, commandedKw, drawnKw: 555 });
    expect(next.state).toBe("deficit");
    expect(next.capKw).toBe(first.capKw);
  });
});

describe("sensors are lost", () => {
  test("the allowance falls by a tenth of its last good value in a minute, and nothing is raised", () => {
    const play = new SupplyPlay();
    play.hold(ordinary, 90);
    const blind = { ...ordinary, availableKw: undefined };
    play.hold(blind, 6);
    const decision = play.hold(blind, 114);
    expect(decision.state).toBe("decaying");
    expect(decision.allowKw).toBeGreaterThan(900 * 0.795);
    expect(decision.allowKw).toBeLessThan(900 * 0.81);
    expect(play.hold(blind, 1_200).capKw).toBe(0);
  });

  test("down to what is guaranteed, and only back after a minute of words", () => {
    const play = new SupplyPlay({ ...riverLaw, guaranteedKw: 200 });
    play.hold(ordinary, 90);
    const low = play.hold({ ...ordinary, availableKw: undefined }, 1_200);
    expect(low.allowKw).toBe(200);
    expect(low.capKw).toBeCloseTo(168);
    const asked = { ...ordinary, commandedKw: 168, siteKw: 180 };
    expect(play.hold(asked, 59).capKw).toBeCloseTo(168);
    expect(play.hold(asked, 3).capKw).toBeGreaterThan(700);
  });

  test("never heard: silence for ten seconds, then only what is guaranteed", () => {
    const play = new SupplyPlay({ ...riverLaw, guaranteedKw: 50 });
    const nothing = { availableKw: undefined, siteKw: undefined, commandedKw: 560 };
    play.hold(nothing, 9);
    expect(play.decision).toBeUndefined();
    expect(play.hold(nothing, 2)).toMatchObject({ state: "unknown", capKw: 50 });
    expect(play.decision?.reason).toContain("gauge, poc");
  });
});
