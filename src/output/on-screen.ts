/** What takes off the screen what is being shown there for a while. */
const shown = new Set<() => void>();

/** Remembers what is shown until the returned function is called, which takes it off. */
export function putOnScreen(takeOff: () => void): () => void {
  shown.add(takeOff);
  return () => {
    if (shown.delete(takeOff)) takeOff();
  };
}

/** Takes everything off the screen: the run ends in the midst of what it was doing. */
export function clearScreen(): void {
  for (const takeOff of shown) takeOff();
  shown.clear();
}
