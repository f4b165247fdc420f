import { type LinkedTask, linkProblems } from "../../lib/mesos/task-link";

/** Tasks by name: the ports each listens on, and its links as `name:port`, with `!` for start order. */
function tasks(said: Record<string, [listens: number[], ...links: string[]]>): LinkedTask[] {
  return Object.entries(said).map(([taskName, [listens, ...links]]) => ({
    path: `shop/${taskName}`,
    taskName,
    listens,
    links: links.map((link) => {
      const [, name = "", port, order] = /^(.*):(\d+)(!?)$/.exec(link) ?? [];
      return { taskName: name, port: Number(port), startAfter: order === "!" };
    }),
  }));
}

describe("linkProblems", () => {
  it("are none where every link leads to a declared port, in whatever order tasks are declared", () => {
    expect(
      linkProblems(tasks({ web: [[80], "db:3306!", "api:81"], db: [[3306, 33060]], api: [[81], "web:80"] })),
    ).toEqual([]);
  });

  it("name a task that is not there", () => {
    expect(linkProblems(tasks({ web: [[80], "db:3306"] }))).toEqual([
      "shop/web: 'links' must name tasks of the same cluster, got \"db\"; declare that task, or take the link out",
    ]);
  });

  test.each([
    [[3306, 33060], "3306, 33060"],
    [[], "no ports"],
  ])("name a port that is not among %j", (listens, told) => {
    expect(linkProblems(tasks({ web: [[80], "db:80"], db: [listens] }))).toEqual([
      `shop/web: 'links' must name a port of the other task, got 80 of "db", which has ${told}; ` +
        "correct the link or that task's 'ports'",
    ]);
  });

  test.each<[string, Parameters<typeof tasks>[0], string]>([
    ["itself", { a: [[1], "a:1!"] }, "shop/a: 'links' must not make tasks wait for each other, got a → a;"],
    [
      "one that waits for it, behind another",
      { c: [[1], "a:1!"], a: [[1], "b:1!"], b: [[1], "a:1!"] },
      "shop/a: 'links' must not make tasks wait for each other, got a → b → a;",
    ],
    [
      "one that waits for it in the end",
      { a: [[1], "b:1!"], b: [[1], "c:1!"], c: [[1], "a:1!"] },
      "shop/a: 'links' must not make tasks wait for each other, got a → b → c → a;",
    ],
  ])("tell of a task that waits for %s", (_, said, message) => {
    expect(linkProblems(tasks(said))).toEqual([`${message} take 'startAfter' out of one of them`]);
  });

  it("are none for circles in which a link has no start order, and for two ways to one task", () => {
    expect(linkProblems(tasks({ a: [[1], "b:1!"], b: [[1], "a:1"] }))).toEqual([]);
    expect(
      linkProblems(tasks({ a: [[1], "b:1!", "c:1!"], b: [[1], "d:1!"], c: [[1], "d:1!"], d: [[1]] })),
    ).toEqual([]);
  });

  it("are found in time among many tasks", () => {
    const names = Array.from({ length: 1000 }, (_, index) => `t${index}`);
    const chain = names.map((name, index) => [name, [[1], ...(index > 0 ? [`t${index - 1}:1!`] : [])]]);

    expect(linkProblems(tasks(Object.fromEntries(chain)))).toEqual([]);
  });
});
