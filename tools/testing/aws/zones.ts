/** Availability zones of a region: three each, as almost everywhere. */
export function zoneNames(region: string): string[] {
  return ["a", "b", "c"].map((letter) => region + letter);
}

/** Id of a zone, the same thing in every account: `euw1-az1` for `eu-west-1a`. */
export function zoneId(zone: string): string {
  const [area = "", side = "", rest = ""] = zone.split("-");
  const number = rest.replace(/\D/g, "");
  const short = side.replace(/(north|south|east|west|central)/g, (word) => word.charAt(0));
  return `${area}${short}${number}-az${rest.charCodeAt(rest.length - 1) - "a".charCodeAt(0) + 1}`;
}
