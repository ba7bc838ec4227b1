import { ofRepository } from "../../core/router";

/** The page that compares two references; with a path, one object of both. */
export const compareAt = (repository: string, left: string, right: string, rest: { type?: string; path?: string } = {}): string =>
  ofRepository(repository, "compare", { left, right, ...rest });
