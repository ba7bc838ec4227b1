import { Empty } from "../components/feedback";
import { Link, useTitle } from "../core/router";

export function NotFound(): JSX.Element {
  useTitle("Nothing here");
  return <Empty title="There is no such page"><p>The address may be mistyped, or what it showed is gone.</p><Link className="button" to="/repositories">All repositories</Link></Empty>;
}
