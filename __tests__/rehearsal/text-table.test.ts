import { textTable } from "../../tools/rehearsal/text-table";

describe("textTable", () => {
  it("makes each column as wide as its widest cell, and leaves no blanks at the end", () => {
    expect(
      textTable(
        ["a", "name"],
        [
          ["1", "x"],
          ["22", ""],
        ],
      ),
    ).toEqual(["a   name", "1   x", "22"]);
  });

  it("is its head where there are no rows", () => {
    expect(textTable(["a", "b"], [])).toEqual(["a  b"]);
  });
});
