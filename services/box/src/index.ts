export { type Box, type BoxSetup, openBox } from "./open-box.ts";
export { serviceNames, services } from "./services.ts";
export { type ScreenOptions, screen } from "./view/screen.ts";
export { followSite, type SiteModel } from "./view/site-model.ts";
