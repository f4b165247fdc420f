import { SERVICE_EVENTS } from "./events";
import { play } from "./play";

describe("services of three masters", () => {
  it.each(SERVICE_EVENTS)("stay up: $event", (row) => play(row, 3));
});
