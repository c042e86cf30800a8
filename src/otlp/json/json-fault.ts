/** What is wrong with the JSON, and at which byte; the transcoder adds in which field. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly at: number;

  constructor(what: string, at: number) {
    super(what);
    this.at = at;
  }
}
