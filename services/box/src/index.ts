export { type Box, type BoxSetup, openBox } from "./open-box.ts";
export { serviceNames, services } from "./services.ts";
