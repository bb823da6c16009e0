import { hashText } from "@ballast/kernel";

/** Shares of the fleet: a fixed number, so that a reader can ask for all of them at once. */
export const shareCount = 32;
/** Ten thousand miners are some three hundred a share; what is beyond this is no fleet of ours. */
export const sharedMinersMaxCount = 2_000;

/** Every key starts with the site, so that several sites can share one Redis. */
export interface RedisKeys {
  readonly minerPrefix: string;
  miner(minerId: string): string;
  /** A sorted set of the share's miners by when they expire. */
  index(share: number): string;
}

export function redisKeys(siteId: string): RedisKeys {
  const minerPrefix = `ballast:${siteId}:miner:`;
  return {
    minerPrefix,
    miner: (minerId) => `${minerPrefix}${minerId}`,
    index: (share) => `ballast:${siteId}:miners:${share}`,
  };
}

/** The same for ever: readers and writers of all versions must agree. */
export const shareOf = (minerId: string): number => hashText(minerId) % shareCount;
