import { LIVE_EVENTS, PULSE_MS, type LivePulse, type LiveState } from "./data/live.ts";
import { element, foreign, replaceContent, type Content } from "./dom.ts";

/**
 * Follows the server that the page comes from; a page on disk has none.
 * @param place where the page says how fresh it is; `null` on a page that is not served
 */
export function followLive(place: Element | null, onState: (state: LiveState) => void): void {
  if (place === null) return;
  const source = new EventSource(LIVE_EVENTS);
  let lastPulse = Date.now();
  let isLost = false;
  const lose = (): void => {
    if (isLost) return;
    isLost = true;
    place.classList.add("lost");
    replaceContent(place, [
      `Not live since ${new Date(lastPulse).toISOString().slice(11, 19)} UTC: no connection to irsa. What is shown may be out of date.`,
    ]);
  };
  source.addEventListener("state", ({ data }: MessageEvent<string>) =>
    onState(JSON.parse(data) as LiveState),
  );
  source.addEventListener("pulse", ({ data }: MessageEvent<string>) => {
    lastPulse = Date.now();
    isLost = false;
    const pulse = JSON.parse(data) as LivePulse;
    place.classList.toggle("lost", pulse.unknown.length > 0);
    replaceContent(place, pulseContent(pulse));
  });
  source.addEventListener("error", lose);
  setInterval(() => {
    if (Date.now() - lastPulse > 3 * PULSE_MS) lose();
  }, 1_000);
}

function pulseContent({ cluster, aws, unknown }: LivePulse): Content[] {
  return [
    `Live · cluster ${ageText(cluster)}, AWS ${ageText(aws)}`,
    unknown.length > 0 && element("ul", {}, ...unknown.map((one) => element("li", {}, foreign(one)))),
  ];
}

function ageText(seconds: number | null): string {
  return seconds === null ? "never read" : `as of ${seconds} s ago`;
}
