/** Makes one state as another is now; its maps, sets and lists are filled, what is in them is never changed in place. */
export function copyInto<State extends object>(target: State, source: State): void {
  for (const [key, value] of Object.entries(source)) {
    const own: unknown = Reflect.get(target, key);
    if (own instanceof Map && value instanceof Map)
      refill(own, () => value.forEach((one, at) => own.set(at, one)));
    else if (own instanceof Set && value instanceof Set)
      refill(own, () => value.forEach((one) => own.add(one)));
    else if (Array.isArray(own) && Array.isArray(value)) own.splice(0, own.length, ...(value as unknown[]));
    else Reflect.set(target, key, value);
  }
}

function refill(own: Map<unknown, unknown> | Set<unknown>, fill: () => void): void {
  own.clear();
  fill();
}
