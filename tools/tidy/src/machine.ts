/**
 * What a program can ask its machine: the time, chance, its environment. Only kernel and runtime
 * do; all others get a clock, a seeded chance and a log handed in, and so run in virtual time.
 */
export const machineUse = new RegExp(
  [
    /\bDate\.now\b/,
    /\bnew Date\(\s*\)/,
    /\bperformance\.now\b/,
    /(?<![.\w])set(?:Timeout|Interval|Immediate)\b/,
    /\bMath\.random\b/,
    /\brandom(?:UUID|Bytes|Int)\b/,
    /\bprocess\.(?:env|hrtime|uptime)\b/,
    /(?<![.\w])console\./,
  ]
    .map(({ source }) => source)
    .join("|"),
);

const mayAskTheMachine = ["libs/kernel/", "libs/runtime/"];

export const mustNotAskTheMachine = ({ path }: { readonly path: string }): boolean =>
  !mayAskTheMachine.some((folder) => path.startsWith(folder));
