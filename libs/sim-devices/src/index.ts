export * from "./meters/index.ts";
export * from "./miners/index.ts";
export * from "./sensors/index.ts";
export * from "./site/index.ts";
