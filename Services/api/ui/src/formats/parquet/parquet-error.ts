/** What a file does wrong, or what this reader does not read; its message is for people. */
export class ParquetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ParquetError";
  }
}
