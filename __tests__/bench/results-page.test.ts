import { withResults } from "../../tools/bench/results-page";

const PAGE =
  "# Page\n\n<!-- synth -->\n\nold\n\n<!-- end of synth -->\n\n<!-- launch -->\n<!-- end of launch -->\nrest\n";

describe("withResults", () => {
  it("replaces what stands between the marks of a part, and nothing else", () => {
    const page = withResults(withResults(PAGE, "synth", "new"), "launch", "fast");

    expect(page).toBe(
      "# Page\n\n<!-- synth -->\n\nnew\n\n<!-- end of synth -->\n\n<!-- launch -->\n\nfast\n\n<!-- end of launch -->\nrest\n",
    );
    expect(withResults(page, "synth", "new")).toBe(page);
  });

  it.each(["absent", "turned"])("fails where a part's marks are not there in order: %s", (part) => {
    expect(() => withResults("<!-- end of turned --><!-- turned -->", part, "new")).toThrow(
      `the page must hold <!-- ${part} --> and, after it, <!-- end of ${part} -->`,
    );
  });
});
