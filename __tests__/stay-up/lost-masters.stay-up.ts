import { LOST_MASTERS_EVENTS } from "./lost-masters-events";
import { play } from "./play";

describe("services of three masters, of which some are lost", () => {
  it.each(LOST_MASTERS_EVENTS)("stay up: $event", (row) => play(row, 3));
});
