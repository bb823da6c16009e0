import type { Alarm, Decision, SiteModel } from "./site-model.ts";

type Supply = NonNullable<SiteModel["supply"]>;

/** The same sentences for the screen and for plain lines. */

export const timeOf = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);

export function decisionText(decision: Decision): string {
  const { targetBeforeKw, targetKw, phase, reason, binding, frequencyHz } = decision;
  const change = `${kilowattText(targetBeforeKw)} → ${kilowattText(targetKw)}`;
  const heard = frequencyHz === undefined ? "no frequency" : `${frequencyHz.toFixed(3)} Hz`;
  return `${change.padEnd(19)} ${phase.padEnd(10)} ${reason} (${binding}, ${heard})`;
}

export const alarmText = ({ code, subject, isRaised, detail }: Alarm): string =>
  `${isRaised ? "ALARM  " : "cleared"} ${code} ${subject}: ${detail}`;

export function fleetText({ fleet }: Pick<SiteModel, "fleet">): string {
  if (fleet === undefined) return "miners: not heard of yet";
  return [
    `${fleet.hashingCount} on`,
    `${fleet.startingCount} starting`,
    `${fleet.stoppingCount} stopping`,
    `${fleet.sleepingCount} off`,
    `${fleet.faultyCount} faulty`,
    `${fleet.unresponsiveCount} unresponsive`,
    `${fleet.unknownCount} unknown`,
  ].join(" · ");
}

export function supplyText({ state, reason, allowKw, reserveKw, otherKw, capKw }: Supply): string {
  const parts = `${kilowattText(reserveKw)} free − ${kilowattText(otherKw)} others`;
  const left = `${kilowattText(capKw)} for miners`;
  return `${kilowattText(allowKw)} − ${parts} → ${left}  ${state}: ${reason}`;
}

export const kilowattText = (powerKw: number): string => `${powerKw.toFixed(0)} kW`;
