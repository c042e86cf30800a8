/** What an alert is told, grouped and inhibited by. One that it does not have counts as empty. */
export type Labels = Readonly<Record<string, string>>;
