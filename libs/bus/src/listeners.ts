import type { Cancel } from "@ballast/kernel";

/** Those who want to hear of something. */
export class Listeners<Value> {
  readonly #listeners = new Set<(value: Value) => void>();

  add(listen: (value: Value) => void): Cancel {
    this.#listeners.add(listen);
    return () => {
      this.#listeners.delete(listen);
    };
  }

  tell(value: Value): void {
    for (const listen of this.#listeners) listen(value);
  }
}
