/** Every process with a name on the bus. Each has its own broker user with its own rights. */
export const serviceNames = [
  "grid-meter",
  "power-sensors",
  "load-controller",
  "asic-controller",
  "historian",
  "site-tools", // Command lines of an engineer on site: they read everything.
] as const;
export type ServiceName = (typeof serviceNames)[number];
