import { Statement } from "./types";

/** The statements that a text has as JSON, or what is wrong with it, with the line where that is known. */
export function readStatements(text: string): { statements: Statement[] } | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { wrong: located(text, error) };
  }
  const list = Array.isArray(value) ? value : (value as { statement?: unknown } | null)?.statement;
  if (!Array.isArray(list)) return { wrong: "A list of statements is needed: [ … ]." };
  if (list.length === 0) return { wrong: "At least one statement is needed." };
  for (const [index, one] of list.entries()) {
    const wrong = fault(one);
    if (wrong) return { wrong: `Statement ${index + 1}: ${wrong}` };
  }
  return { statements: list as Statement[] };
}

const members = ["effect", "action", "resource", "condition"];

function fault(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it must be an object { … }.";
  const statement = value as Record<string, unknown>;
  const unknown = Object.keys(statement).find((name) => !members.includes(name));
  if (unknown !== undefined) return `“${unknown}” is no part of a statement; ${members.join(", ")} are.`;
  if (statement["effect"] !== "allow" && statement["effect"] !== "deny") return "“effect” must be \"allow\" or \"deny\".";
  const actions = statement["action"];
  if (!Array.isArray(actions) || actions.length === 0 || actions.some((one) => typeof one !== "string")) return "“action” must be a list such as [\"fs:ReadObject\"].";
  const odd = actions.find((one: string) => !/^([a-z]+:[A-Za-z*?]+|\*)$/.test(one)) as string | undefined;
  if (odd !== undefined) return `“${odd}” is no action, such as fs:ReadObject, fs:* or *.`;
  const resource = statement["resource"];
  if (typeof resource !== "string" || !resource) return "“resource” must be an ARN or \"*\".";
  if (resource !== "*" && !resource.startsWith("[") && !/^arn:lakefs:(fs|auth|\*)?:[^:]*:[^:]*:.+$/.test(resource)) return `“${resource}” is no ARN such as arn:lakefs:fs:::repository/lake/*.`;
  return undefined;
}

/** JSON's complaint, with line and column. */
function located(text: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const place = /position (\d+)/.exec(said)?.[1];
  if (place === undefined) return `This is no JSON: ${said}`;
  const before = text.slice(0, Number(place)).split("\n");
  return `This is no JSON: line ${before.length}, column ${(before[before.length - 1]?.length ?? 0) + 1}.`;
}

export const example = JSON.stringify([{ effect: "allow", action: ["fs:ReadRepository", "fs:ListObjects", "fs:ReadObject"], resource: "arn:lakefs:fs:::repository/lake/*" }], null, 2);
