import { SERVICE_EVENTS } from "./events";
import { play } from "./play";

describe("services of one master", () => {
  it.each(SERVICE_EVENTS)("stay up: $event", (row) => play(row, 1));
});
