import { spawnSync } from "node:child_process";

import { shellWord } from "../../tools/rehearsal/shell-word";

describe("shellWord", () => {
  test.each([
    "/plain/path_1.x",
    "",
    "two words",
    "it's",
    '$HOME `x` "q" \\',
    "a\nb",
    "*",
    '["127.0.0.0/8"]',
    "#no",
  ])("of %j is that text to a shell", (text) => {
    expect(spawnSync("bash", ["-c", `printf %s ${shellWord(text)}`]).stdout.toString()).toBe(text);
  });

  it("leaves alone what needs no quotes", () => {
    expect(shellWord("/a/b-c.d")).toBe("/a/b-c.d");
  });
});
