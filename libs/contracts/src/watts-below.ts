/** Whole watts, never above what was meant; the small term heals 136.15 kW = 136149.99… W. */
export const wattsBelow = (kilowatts: number): number => Math.floor(kilowatts * 1_000 + 1e-6);
