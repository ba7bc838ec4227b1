import { ofRepository } from "../../core/router";

export interface Pull {
  id: string; status: "open" | "closed" | "merged"; title: string; description: string; author: string; creation_date: string;
  source_branch: string; destination_branch: string; merged_commit_id?: string; closed_date?: string;
}

export const pullAt = (repository: string, id: string): string => ofRepository(repository, "pulls/view", { id });
export const seconds = (date: string): number => Date.parse(date) / 1_000;
export const stateKind: Record<Pull["status"], string> = { open: "good", closed: "bad", merged: "accent" };
