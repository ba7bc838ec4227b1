import { useState } from "react";
import { Dialog, Field } from "../../components/controls";
import { asRecord, isTwice, Pair, Pairs } from "../../components/pairs";
import { useToast } from "../../components/feedback";
import { change, Commit, path } from "../../core/api";
import { shortID } from "../../core/format";

/** Commits what is staged on a branch. */
export function CommitDialog({ repository, branch, onClose, onDone }: {
  repository: string; branch: string; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const tell = useToast();
  const [message, setMessage] = useState("");
  const [pairs, setPairs] = useState<Pair[]>([]);
  const commit = async (): Promise<void> => {
    const made = await change<Commit>("POST", path`/repositories/${repository}/branches/${branch}/commits`, { message, metadata: asRecord(pairs) });
    tell(`Committed as ${shortID(made.id)}`);
    onClose();
    onDone();
  };
  return (
    <Dialog title={`Commit to ${branch}`} submit="Commit" onClose={onClose} onSubmit={commit} disabled={isTwice(pairs) || !message.trim()}>
      <Field label="Message" name="message" area required autoFocus value={message} onChange={(event) => setMessage(event.target.value)}
        help="What changed, and why: the first line is shown in lists." />
      <Pairs label="Metadata" pairs={pairs} onChange={setPairs} />
    </Dialog>
  );
}
