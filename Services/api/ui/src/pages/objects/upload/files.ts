/** A file of the user's, and the path it gets, relative to where it is dropped. */
export interface Picked {
  file: File;
  path: string;
}

export function pickedFiles(files: FileList | null): Picked[] {
  return Array.from(files ?? []).map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** The dropped files, those in dropped folders too. */
export async function droppedFiles(transfer: DataTransfer): Promise<Picked[]> {
  // The list ends with the event: all entries are taken out of it before anything is waited for.
  const entries = Array.from(transfer.items).map((item) => item.webkitGetAsEntry());
  const plain = pickedFiles(transfer.files);
  if (!entries.some((entry) => entry)) return plain;
  const found: Picked[] = [];
  for (const entry of entries) if (entry) await collect(entry, "", found);
  return found;
}

async function collect(entry: FileSystemEntry, above: string, found: Picked[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: above + entry.name });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader answers a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await collect(child, `${above}${entry.name}/`, found);
  }
}
