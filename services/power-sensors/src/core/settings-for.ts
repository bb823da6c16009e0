/** The settings of one sensor out of a block that several share: `{id}` is its own name. */
export function settingsFor(id: string, settings: unknown): unknown {
  if (typeof settings === "string") return settings.replaceAll("{id}", id);
  if (Array.isArray(settings)) return settings.map((each) => settingsFor(id, each));
  if (typeof settings !== "object" || settings === null) return settings;
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, settingsFor(id, value)]),
  );
}
