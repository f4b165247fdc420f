import { SERVICE_EVENTS } from "./events";
import { play } from "./play";
import { SEVERAL_MASTERS_EVENTS } from "./several-masters-events";

describe("services of three masters", () => {
  it.each([...SERVICE_EVENTS, ...SEVERAL_MASTERS_EVENTS])("stay up: $event", (row) => play(row, 3));
});
