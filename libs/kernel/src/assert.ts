/** A broken promise of our own code. Nobody catches it: the process ends and restarts clean. */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
}

export function assert(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new AssertionFailure(promise);
}

/** For values that exist by construction, where the compiler cannot see it. */
export function assertDefined<Value>(value: Value | undefined, promise: string): Value {
  assert(value !== undefined, promise);
  return value;
}
