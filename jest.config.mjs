/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testMatch: ["<rootDir>/{libs,services,tools}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["/dist/"],
  watchPathIgnorePatterns: ["/dist/"],
  extensionsToTreatAsEsm: [".ts"],
  testEnvironment: "node",
  testTimeout: 120_000, // Simulated hours take seconds; nothing is asserted about their length.
  // Packages resolve to their sources, so that a test never runs against a stale build.
  testEnvironmentOptions: { customExportConditions: ["ballast-source", "node", "node-addons"] },
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
};
