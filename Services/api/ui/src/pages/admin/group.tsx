import { ErrorPanel, Loading } from "../../components/feedback";
import { get, path } from "../../core/api";
import { shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { PageProps } from "../../routes";
import { Attached } from "./attached";
import { AdminShell } from "./shell";
import { Group as GroupValue, policyAt, userAt } from "./types";

/** One group: who is in it, and what it may do. */
export default function Group({ parameters: { group: id = "" } }: PageProps): JSX.Element {
  const found = useLoad((signal) => get<GroupValue>(path`/auth/groups/${id}`, {}, signal), [id]);
  return (
    <AdminShell title={id}>
      {found.error !== undefined && <ErrorPanel error={found.error} retry={found.reload} />}
      {!found.value && found.isLoading && <Loading what="the group" />}
      {found.value && (
        <div className="stack">
          {found.value.description && <p className="wrap"><bdi>{shown(found.value.description)}</bdi></p>}
          <Attached title="Members" help="Nobody is in this group yet." list={path`/auth/groups/${id}/members`} all="/auth/users" at={userAt} put={(user) => path`/auth/groups/${id}/members/${user}`} />
          <Attached title="Policies" help="Members get no rights from this group until it has a policy." list={path`/auth/groups/${id}/policies`} all="/auth/policies" at={policyAt} put={(policy) => path`/auth/groups/${id}/policies/${policy}`} />
        </div>
      )}
    </AdminShell>
  );
}
