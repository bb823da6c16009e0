import type { Exchange } from "@ballast/miner-drivers";

/** Of a service: from its start to its end. */
export interface Life {
  isOver: boolean;
}

/** The dead neither ask nor hear; what they had asked still arrives. */
export const cutAt =
  (life: Life, exchange: Exchange): Exchange =>
  async (request) => {
    if (life.isOver) return new Promise(() => undefined);
    const reply = await exchange(request);
    return life.isOver ? new Promise(() => undefined) : reply;
  };
