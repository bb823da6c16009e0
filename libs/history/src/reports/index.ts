export { slopePerS } from "./slope.ts";
