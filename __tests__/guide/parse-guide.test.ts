import { parseGuide } from "../../tools/guide/parse-guide";

/** The steps of a guide, each without the empty lines before its commands. */
function steps(...lines: string[]) {
  return parseGuide(lines.join("\n")).steps.map((step) => ({ ...step, commands: step.commands.trim() }));
}

const START = "<!-- deploy-doc-start run-tests -->";
const END = "<!-- deploy-doc-end -->";

describe("parseGuide", () => {
  it.each(["deploy-test", "deploy-doc"])("reads a visible block in the spelling %s", (name) => {
    expect(
      steps(`<!-- ${name}-start create-infrastructure -->`, "    make all", `<!-- ${name}-end -->`),
    ).toEqual([{ phase: "create-infrastructure", title: "", line: 1, hidden: false, commands: "make all" }]);
  });

  it.each(["deploy-test", "deploy-doc"])("reads a hidden block in the spelling %s", (name) => {
    expect(steps("# Look", "", `<!-- ${name}-hidden run-tests`, "  make check", "-->")).toEqual([
      { phase: "run-tests", title: "Look", line: 3, hidden: true, commands: "make check" },
    ]);
  });

  it("makes two hyphens of the escape in a hidden block, and in no other", () => {
    const [hidden, visible] = steps(
      ...["<!-- deploy-doc-hidden run-tests", "run -\\-rm -\\-\\-", "-->"],
      ...[START, "    run -\\-rm", END],
    );

    expect([hidden?.commands, visible?.commands]).toEqual(["run --rm ---", "run -\\-rm"]);
  });

  it("puts phases in their order, steps of one in that of the file, visible and hidden ones alike", () => {
    const guide = steps(
      ...["<!-- deploy-doc-start destroy-infrastructure -->", "    four", END],
      ...["<!-- deploy-doc-hidden run-tests", "three", "-->"],
      ...["<!-- deploy-doc-start create-infrastructure -->", "    one", END],
      ...["<!-- deploy-doc-hidden create-infrastructure", "two", "-->"],
      ...["<!-- deploy-doc-start pre-install -->", "    zero", END],
    );

    expect(guide.map(({ commands }) => commands)).toEqual(["zero", "one", "two", "three", "four"]);
  });

  it("takes all required variables, once each", () => {
    const guide = parseGuide(
      [
        "<!-- deploy-test require-env A B_2 -->",
        "<!-- deploy-doc require-env B_2 c -->",
        ...[START, "    x", END],
      ].join("\n"),
    );

    expect(guide.requiredVariables).toEqual(["A", "B_2", "c"]);
  });

  it("takes indented code and fenced code, keeps what is deeper, and its lines where they are in the file", () => {
    const lines = [
      ...["---", "deployDoc: true", "---", "# Title", "## The *nearest* heading ##", START, ""],
      ...[
        "    if a; then",
        "      b",
        "    fi",
        "",
        "```sh",
        "  c <<E",
        "d",
        "E",
        "```",
        "",
        "~~~",
        "e",
        "```",
        "~~~",
      ],
      ...["\tf", END],
    ];
    const [step] = parseGuide(lines.join("\n")).steps;

    expect(step?.title).toBe("The *nearest* heading");
    expect(step?.commands.split("\n")).toEqual([
      ...["", "", "", "", "", "", ""],
      ...["if a; then", "  b", "fi", "", "", "  c <<E", "d", "E", "", "", "", "e", "```", ""],
      "f",
    ]);
  });

  it("reads lines that end as on Windows, and takes parameters after a phase", () => {
    expect(
      steps("<!-- deploy-doc-start run-tests fast -->\r", "    a\r", "    b\r", `${END}\r`)[0],
    ).toMatchObject({ commands: "a\nb" });
  });

  it.each([
    [
      "an unknown phase",
      ["", "<!-- deploy-doc-start build -->"],
      'line 2: a phase must be one of pre-install, create-infrastructure, run-tests, destroy-infrastructure, got "build"',
    ],
    [
      "no phase",
      ["<!-- deploy-doc-start -->"],
      'line 1: a phase must be one of pre-install, create-infrastructure, run-tests, destroy-infrastructure, got ""',
    ],
    [
      "an unknown phase of a hidden block",
      ["<!-- deploy-doc-hidden build"],
      'line 1: a phase must be one of pre-install, create-infrastructure, run-tests, destroy-infrastructure, got "build"',
    ],
    [
      "a block without an end",
      ["", START, "    x"],
      "line 2: a block must be ended, got none to the end; close it by <!-- deploy-doc-end -->",
    ],
    [
      "a hidden block without an end",
      ["<!-- deploy-doc-hidden run-tests", "x"],
      "line 1: a block must be ended, got none to the end; close it by a line -->",
    ],
    [
      "a fence without an end",
      [START, "```", "x", END],
      "line 1: fenced code must be ended, got none to the end; close it by ```",
    ],
    [
      "an end without a start",
      ["", "", END],
      "line 3: a block must be started before it ends, got an end alone",
    ],
    [
      "a phase in a single line",
      ["<!-- deploy-doc run-tests -->"],
      'line 1: a phase must have a block, got "run-tests" alone; write deploy-doc-start run-tests',
    ],
    [
      "an unknown single line",
      ["<!-- deploy-doc forbid-env A -->"],
      'line 1: a marker of one line must be require-env, got "forbid-env"',
    ],
    [
      "nothing required",
      ["<!-- deploy-doc require-env -->"],
      'line 1: require-env must list names of variables, got ""',
    ],
    [
      "a variable with no name of one",
      ["<!-- deploy-doc require-env A, B -->"],
      'line 1: require-env must list names of variables, got "A,"',
    ],
    [
      "a block in a block",
      [START, "    x", START],
      "line 3: a block must not begin within another, got one in that of line 1; end that first",
    ],
    ["a block without commands", ["", START, "", END], "line 2: a block must hold commands, got none"],
    [
      "prose in a block",
      [START, "    x", "Now wait.", END],
      'line 3: a block must hold only code, indented by four spaces or fenced, got "Now wait."',
    ],
    [
      "a marker that is indented",
      [` ${START}`],
      `line 1: a marker must begin its line and be spelled <!-- deploy-doc-… -->, got " ${START}"`,
    ],
    [
      "a marker that is spelled otherwise",
      ["<!-- deploy-doc-begin run-tests -->"],
      'line 1: a marker must begin its line and be spelled <!-- deploy-doc-… -->, got "<!-- deploy-doc-begin run-tests -->"',
    ],
    [
      "a start that stays open",
      ["<!-- deploy-doc-start run-tests"],
      'line 1: a marker must end in -->; a hidden block begins deploy-doc-hidden, got "<!-- deploy-doc-start run-tests"',
    ],
    [
      "a hidden block that is closed at once",
      ["<!-- deploy-doc-hidden run-tests -->"],
      'line 1: a marker must leave its --> to the line after the hidden commands, got "<!-- deploy-doc-hidden run-tests -->"',
    ],
    [
      "no block",
      ["# Title"],
      "line 1: a guide must have a block to run, got none; mark it by <!-- deploy-doc-start PHASE -->",
    ],
  ])("refuses %s, with its line", (_what, lines, message) => {
    expect(() => parseGuide(lines.join("\n"))).toThrow(new Error(message));
  });
});
